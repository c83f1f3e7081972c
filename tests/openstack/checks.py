"""What is checked, in order. A check is a function that raises AssertionError; its first line of documentation is its
name in the output."""
import os
import time

import configuration
import expected
from polyglance import Polyglance, check_live
from processes import wait_for

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


class World:
    """What the checks share."""

    def __init__(self, cloud, seeds, folder, binary):
        self.cloud, self.seeds, self.folder, self.binary = cloud, seeds, folder, binary
        self.application_credential = cloud.make_application_credential("demo")
        self.secrets = [cloud.testbed.password, self.application_credential[1]]
        self.polyglance = Polyglance(binary, self.write_configuration(wrong_password=True),
                                     os.path.join(folder, "polyglance.log"))

    def write_configuration(self, **more):
        """With a new token for the sources that have a fixed one."""
        token = self.cloud.log_in("demo")
        self.secrets.append(token)
        return configuration.write(self.folder, self.cloud, self.application_credential, token, **more)

    def wanted(self, source):
        user, service = configuration.LISTS[source]
        listing = {"glance": expected.glance_list, "nova": expected.nova_list, "nova brief": expected.nova_brief_list}
        return listing[service](self.cloud, user)

    def seen(self, source, limit=7):
        images, page = self.polyglance.walk(limit, source=source)
        return {uid.split("~", 1)[1]: expected.from_polyglance(image) for uid, image in images.items()}, page

    def assert_same_list(self, source):
        seen, page = self.seen(source)
        wrong = expected.difference(seen, self.wanted(source))
        assert not wrong, "%s: %s" % (source, wrong)
        status = page["sources"]
        assert [each["id"] for each in status] == [source], status
        assert page["complete"] and page["page"]["total"] == status[0]["count"] == len(seen), (page["page"], status)

    def status_at_glance(self, key):
        return self.cloud.as_user("demo", "GET", self.seeds.url(key)).status


def refused(answer, status, code):
    assert (answer.status, answer.code()) == (status, code), \
        "%s: %d %r, wanted %d %s" % (answer.asked, answer.status, answer.body[:400], status, code)


@check
def starts(world):
    """polyglance starts"""
    world.polyglance.wait_until_serving()


@check
def every_source_comes_up(world):
    """every source with good credentials becomes fresh"""
    for source in configuration.LISTS:
        world.polyglance.wait_until_fresh(source)


def same_list(source, title):
    def compare(world):
        world.assert_same_list(source)

    compare.__doc__ = title
    CHECKS.append(compare)


same_list("password", "password: the list is Glance's own, hidden images included")
same_list("application-credential", "application credential: the list is Glance's own")
same_list("token", "fixed token, address from the catalogue: the list is Glance's own")
same_list("token-and-endpoint", "fixed token and endpoint: the list is Nova's own")
same_list("demo-glance", "clouds.yaml taken over whole: the list is Glance's own")
same_list("demo-nova", "clouds.yaml taken over whole: the list is Nova's own")
same_list("from-cloud-entry", "one entry of clouds.yaml, another project: the list is what Glance shows to that one")
same_list("nova", "Nova in detail: the list is Nova's own")
same_list("nova-brief", "Nova in brief: the list is Nova's own")


@check
def hidden_images(world):
    """hidden images say so, and only they"""
    seen, _ = world.seen("password")
    hidden = {native_id for native_id, image in seen.items() if image["hidden"]}
    assert hidden == {world.seeds.ids["hidden"], world.seeds.ids["hidden-public"]}, hidden


@check
def one_walk_over_all(world):
    """one walk over all sources gives every image once and says what is missing"""
    images, page = world.polyglance.walk(23)
    counts = {source["id"]: source["count"] for source in page["sources"]}
    assert len(images) == sum(count or 0 for count in counts.values()) == page["page"]["total"], (len(images), counts)
    assert counts.pop("wrong-password") is None and set(counts) == set(configuration.LISTS), counts
    assert not page["complete"] and page["page"]["total_is"] == "lower_bound", page["page"]


@check
def names_found(world):
    """names of every script are found by equality"""
    for key in ("chinese", "chinese-own", "accents"):
        name = world.cloud.as_user("demo", "GET", world.seeds.url(key)).want(200).json()["name"]
        images, _ = world.polyglance.walk(5, source="password", name=name)
        assert set(images) == {"password~" + world.seeds.ids[key]}, (name, list(images))


@check
def live_check(world):
    """check --live says ok of good sources and FAILED of bad ones"""
    code, text = check_live(world.binary, world.write_configuration())
    rows = {line.split()[0]: line.split()[2] for line in text.splitlines() if len(line.split()) > 2}
    assert code == 0 and all(rows.get(source) == "ok" for source in configuration.LISTS), "exit %d\n%s" % (code, text)
    code, text = check_live(world.binary, world.write_configuration(wrong_password=True))
    row = next((line for line in text.splitlines() if line.startswith("wrong-password ")), "")
    assert code == 1 and "FAILED" in row and "upstream_auth" in row, "exit %d\n%s" % (code, text)


@check
def delete_through_glance(world):
    """an image deleted through us is gone at Glance and from the list"""
    world.polyglance.delete("password", world.seeds.ids["spare-0"]).want(204)
    assert world.status_at_glance("spare-0") == 404
    world.assert_same_list("password")
    refused(world.polyglance.delete("password", world.seeds.ids["spare-0"]), 404, "image_not_found")


@check
def delete_through_nova(world):
    """an image deleted through us at Nova is gone at Glance, too"""
    world.polyglance.delete("nova", world.seeds.ids["spare-1"]).want(204)
    assert world.status_at_glance("spare-1") == 404
    seen, _ = world.seen("nova")
    assert world.seeds.ids["spare-1"] not in seen
    refused(world.polyglance.delete("nova", world.seeds.ids["spare-1"]), 404, "image_not_found")


@check
def delete_of_what_is_gone(world):
    """an image that somebody else deleted meanwhile is 404 and leaves the list"""
    world.cloud.as_user("demo", "DELETE", world.seeds.url("spare-2")).want(204)
    for source in ("password", "nova"):
        refused(world.polyglance.delete(source, world.seeds.ids["spare-2"]), 404, "image_not_found")
        seen, _ = world.seen(source)
        assert world.seeds.ids["spare-2"] not in seen, source


@check
def delete_of_protected(world):
    """a protected image stays, known as such or protected only meanwhile"""
    refused(world.polyglance.delete("password", world.seeds.ids["protected"]), 409, "image_protected")
    protect = [{"op": "replace", "path": "/protected", "value": True}]
    world.cloud.as_user("demo", "PATCH", world.seeds.url("spare-3"), protect,
                        kind="application/openstack-images-v2.1-json-patch").want(200)
    refused(world.polyglance.delete("password", world.seeds.ids["spare-3"]), 409, "image_protected")
    for key in ("protected", "spare-3"):
        assert world.status_at_glance(key) == 200, key


@check
def delete_not_permitted(world):
    """an image stays when the cloud or the configuration does not let us delete it"""
    delete, ids = world.polyglance.delete, world.seeds.ids
    refused(delete("nova", ids["protected"]), 403, "upstream_forbidden")  # Nova does not say why
    refused(delete("password", ids["public"]), 403, "upstream_forbidden")
    refused(delete("application-credential", ids["spare-4"]), 403, "delete_disabled")
    refused(delete("password", ids["others-private"]), 404, "image_not_found")
    for key in ("protected", "public", "spare-4"):
        assert world.status_at_glance(key) == 200, key


@check
def token_renewed(world):
    """tokens are renewed before they end"""
    polyglance = world.polyglance
    long_enough = 1.2 * world.cloud.testbed.token_life
    time.sleep(max(0.0, polyglance.started + long_enough - time.monotonic()))
    for source in ("password", "application-credential", "nova"):
        read = polyglance.refresh(source)
        assert read["state"] == "fresh" and read["last_error"] is None, read
    bad = [line for line in polyglance.log_lines("drain") if line["source"] in configuration.LISTS
           and line["outcome"] != "ok"]
    assert not bad, bad


@check
def token_revoked(world):
    """a revoked token is replaced; a fixed one cannot be, and its list stays"""
    world.cloud.revoke_tokens("demo")
    time.sleep(1.1)  # Keystone counts in seconds: a token made in this one would be revoked as well
    read = world.polyglance.refresh("password")
    assert read["state"] == "fresh" and read["last_error"] is None, read
    world.assert_same_list("password")
    before, _ = world.seen("token")
    read = world.polyglance.refresh("token")
    assert read["last_error"] and read["last_error"]["class"] == "upstream_auth", read
    after, _ = world.seen("token")
    assert before and after == before


@check
def glance_stopped(world):
    """Glance stopped: the old list is served as stale; Glance back: fresh again"""
    polyglance, source = world.polyglance, "short-ttl"
    polyglance.refresh(source)
    before, _ = world.seen(source)
    world.cloud.testbed.stop_service("glance")
    try:
        wait_for("the source is stale", 10 * configuration.SHORT_TTL,
                 lambda: polyglance.source(source)["state"] == "stale" and polyglance.source(source)["last_error"])
        after, page = world.seen(source)
        assert before and after == before, expected.difference(after, before)
        status = page["sources"][0]
        assert status["state"] == "stale" and status["error"]["class"] == "upstream_unavailable", status
        read = polyglance.refresh("nova")
        assert read["count"] and read["last_error"], read
    finally:
        world.cloud.testbed.start_service("glance")
    for name in (source, "nova"):
        read = polyglance.refresh(name)
        if read["last_error"]:  # a try that began before Glance was back
            read = polyglance.refresh(name)
        assert read["state"] == "fresh" and read["last_error"] is None, read
    world.assert_same_list(source)


@check
def wrong_password(world):
    """a wrong password is upstream_auth, and Keystone is not asked again and again"""
    source = world.polyglance.source("wrong-password")
    assert source["state"] == "error" and source["last_error"]["class"] == "upstream_auth", source
    listed = world.polyglance.call("GET", "/v1/images?source=wrong-password")
    refused(listed, 503 if source["circuit"] == "open" else 502, "all_sources_failed")
    ran = time.monotonic() - world.polyglance.started
    log = world.cloud.testbed.log_of("keystone").splitlines()
    logins = [line for line in log if "POST /v3/auth/tokens " in line and "HTTP/1.1 401" in line]
    # One more for `check --live`, which is another process.
    most = 2 + ran / configuration.MORE_WRONG_LOGINS_AFTER
    assert 1 <= len(logins) <= most, "%d refused logins in %d s, at most %d wanted" % (len(logins), ran, most)


@check
def ends_in_order(world):
    """SIGTERM ends it; no secret is in its log"""
    assert world.polyglance.process.stop(), "had to be killed"
    assert world.polyglance.process.child.returncode == 0, world.polyglance.process.child.returncode
    output = world.polyglance.process.output()
    assert not any(secret in output for secret in world.secrets)
