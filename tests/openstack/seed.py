"""Forty images of every sort, made through the real Image API."""
import uuid

SERVER = str(uuid.UUID(int=0x5e2e2))

# (key, name, owner, members, what happens after creation). Without "data" an image stays queued.
SPECIAL = (
    ("public", "ubuntu-22.04-server", "admin", {"visibility": "public", "os_distro": "ubuntu", "os_version": "22.04",
                                                "architecture": "x86_64", "min_disk": 10, "min_ram": 1024,
                                                "hw_firmware_type": "uefi", "tags": ["lts"]}, "data"),
    ("duplicate", "ubuntu-22.04-server", "demo", {"visibility": "private", "os_distro": "ubuntu"}, "data"),
    ("duplicate-2", "ubuntu-22.04-server", "demo", {"visibility": "community"}, "data"),
    ("chinese", "CentOS 7.9 标准镜像（北京）", "admin", {"visibility": "public", "os_distro": "centos", "os_version": "7.9",
                                                  "tags": ["公共", "linux"]}, "data"),
    ("chinese-own", "欧拉 EulerOS 2.0 镜像", "demo", {"visibility": "private", "os_distro": "euleros",
                                                   "architecture": "aarch64", "description": "测试用"}, "data"),
    ("accents", "Ünïcödé — naïve ☃ العربية", "demo", {"visibility": "private", "tags": ["émoji"]}, "data"),
    ("syntax", 'a, b & c=d "e" <f>; %2F ../~', "demo", {"visibility": "private"}, "data"),
    ("operator", "in:looks-like-an-operator", "demo", {"visibility": "private"}, "data"),
    ("long", "long-" + "n" * 250, "demo", {"visibility": "private"}, "data"),
    ("empty-name", "", "demo", {"visibility": "private"}, "data"),
    ("null-name", None, "demo", {"visibility": "private"}, "data"),
    ("windows", "windows-2022", "admin", {"visibility": "public", "os_distro": "windows", "os_type": "windows",
                                          "min_disk": 60, "disk_format": "vhd"}, "data"),
    ("raw", "debian-12", "admin", {"visibility": "public", "os_distro": "debian", "disk_format": "raw"}, "data"),
    ("iso", "installer", "demo", {"visibility": "private", "disk_format": "iso"}, "data"),
    ("ova", "bundle", "demo", {"visibility": "private", "disk_format": "vmdk", "container_format": "ova"}, "data"),
    ("snapshot", "server-snapshot", "demo", {"visibility": "private", "image_type": "snapshot",
                                             "instance_uuid": SERVER, "image_state": "available",
                                             "instance_type_memory_mb": "256", "os_type": "None"}, "data"),
    ("snapshot-2", "server-snapshot", "demo", {"visibility": "private", "image_type": "snapshot",
                                               "instance_uuid": SERVER}, "data"),
    ("properties", "many-properties", "demo", {"visibility": "private",
                                               **{"property_%02d" % i: "v" * i for i in range(1, 31)}}, "data"),
    ("no-bytes", "no-bytes", "demo", {"visibility": "private", "disk_format": "raw"}, "no data"),
    ("queued", "queued", "demo", {"visibility": "private", "min_disk": 1}, "nothing"),
    ("queued-formless", "queued", "demo", {"visibility": "private", "disk_format": None, "container_format": None},
     "nothing"),
    ("uploading", "uploading", "demo", {"visibility": "private"}, "stage"),
    ("deactivated", "deactivated", "demo", {"visibility": "private"}, "data, deactivate"),
    ("protected", "protected", "demo", {"visibility": "private", "protected": True}, "data"),
    ("hidden", "hidden", "demo", {"visibility": "private", "os_hidden": True}, "data"),
    ("hidden-public", "hidden-public", "admin", {"visibility": "public", "os_hidden": True}, "data"),
    ("shared-accepted", "shared-accepted", "other", {"visibility": "shared"}, "data, accepted"),
    ("shared-pending", "shared-pending", "other", {"visibility": "shared"}, "data, pending"),
    ("shared-rejected", "shared-rejected", "other", {"visibility": "shared"}, "data, rejected"),
    ("shared-own", "shared-own", "demo", {"visibility": "shared"}, "data"),
    ("others-private", "others-private", "other", {"visibility": "private"}, "data"),
    ("others-community", "others-community", "other", {"visibility": "community"}, "data"),
)
TO_DELETE = tuple(("spare-%d" % i, "spare", "demo", {"visibility": "private"}, "data") for i in range(8))


class Seeds:
    """Image ids by key, as Glance gave them."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.ids = {}

    def make(self):
        for number, (key, name, owner, members, then) in enumerate(SPECIAL + TO_DELETE):
            image = {"disk_format": "qcow2", "container_format": "bare", **members}
            if name is not None:
                image["name"] = name
            made = self.cloud.as_user(owner, "POST", self.cloud.glance + "/v2/images", image).want(201).json()
            self.ids[key] = made["id"]
            for step in then.split(", "):
                self._after(step, owner, self.url(key), number)

    def url(self, key):
        return "%s/v2/images/%s" % (self.cloud.glance, self.ids[key])

    def _after(self, step, owner, url, number):
        ask = self.cloud.as_user
        bytes_kind = "application/octet-stream"
        if step in ("data", "no data"):
            body = b"" if step == "no data" else b"image %d\n" % number * (number + 1)
            ask(owner, "PUT", url + "/file", body, kind=bytes_kind).want(204)
        elif step == "stage":
            ask(owner, "PUT", url + "/stage", b"part", kind=bytes_kind).want(204)
        elif step == "deactivate":
            ask("admin", "POST", url + "/actions/deactivate").want(204)
        elif step in ("accepted", "pending", "rejected"):
            ask(owner, "POST", url + "/members", {"member": self.cloud.projects["demo"]}).want(200)
            if step != "pending":
                ask("demo", "PUT", "%s/members/%s" % (url, self.cloud.projects["demo"]), {"status": step}).want(200)
