"""What Polyglance must say about an image, worked out from what Glance and Nova say. Written from the documented
meaning of the fields, apart from the program's own code."""

GLANCE_STATUS = {"uploading": "saving", "importing": "saving", "killed": "error"}
NOVA_STATUS = {"ACTIVE": "active", "SAVING": "saving", "ERROR": "error", "DELETED": "deleted"}


def from_glance(image, hidden):
    return {"name": image["name"] or None, "status": GLANCE_STATUS.get(image["status"], image["status"]),
            "visibility": image["visibility"], "size_bytes": image["size"] or None, "hidden": hidden}


def from_nova(image):
    queued = image["status"] == "SAVING" and image["progress"] == 25
    return {"name": image["name"] or None,
            "status": "queued" if queued else NOVA_STATUS.get(image["status"], "unknown"),
            "visibility": None, "size_bytes": image["OS-EXT-IMG-SIZE:size"] or None, "hidden": False}


def from_nova_brief(image):
    return {"name": image["name"] or None, "status": None, "visibility": None, "size_bytes": None, "hidden": False}


def from_polyglance(image):
    seen = {field: image.get(field) for field in ("name", "status", "visibility", "size_bytes")}
    return {**seen, "hidden": image.get("hidden") is True}


def glance_list(cloud, user):
    """native id -> fields, of all that this user can list."""
    return {image["id"]: from_glance(image, hidden)
            for hidden in (False, True) for image in cloud.glance_images(user, hidden)}


def nova_list(cloud, user):
    return {image["id"]: from_nova(image) for image in cloud.nova_images(user, "images/detail")}


def nova_brief_list(cloud, user):
    return {image["id"]: from_nova_brief(image) for image in cloud.nova_images(user, "images")}


def difference(seen, wanted):
    """Readable; empty when both are the same."""
    lines = ["missing: %s %s" % (key, wanted[key]) for key in wanted.keys() - seen.keys()]
    lines += ["too much: %s %s" % (key, seen[key]) for key in seen.keys() - wanted.keys()]
    lines += ["differs: %s is %s, wanted %s" % (key, seen[key], wanted[key])
              for key in wanted.keys() & seen.keys() if seen[key] != wanted[key]]
    return "\n".join(lines)
