"""The program under test, and a client for its API."""
import json
import subprocess
import time
import urllib.parse

from http_api import call
from processes import Process, clean_environment, wait_for

START_SECONDS = 30
DRAIN_SECONDS = 150


class Polyglance:
    def __init__(self, binary, config, log):
        self.process = Process("polyglance", [binary, "serve", "--config", config], log, clean_environment())
        self.started = time.monotonic()
        self.url = None

    def wait_until_serving(self):
        def port():
            if self.process.ended():
                raise AssertionError("polyglance ended at once")
            return next((line["port"] for line in self.log_lines("serving")), None)

        self.url = "http://127.0.0.1:%d" % wait_for("polyglance serves", START_SECONDS, port)

    def log_lines(self, event):
        """The log's records of one event, so far."""
        lines = (json.loads(line) for line in self.process.output().splitlines() if line.startswith("{"))
        return [line for line in lines if line.get("event") == event]

    def call(self, method, target, timeout=60):
        return call(method, self.url + target, timeout=timeout)

    def get(self, target):
        return self.call("GET", target).want(200).json()

    def source(self, name):
        return self.get("/v1/sources/" + name)

    def wait_until_fresh(self, name):
        wait_for("source %s is fresh" % name, DRAIN_SECONDS, lambda: self.source(name)["state"] == "fresh")

    def refresh(self, name):
        """Has the source read again; what it says once that is done, well or badly."""
        def outcome(source):
            return source["fetched_at"], (source["last_error"] or {}).get("at")

        before = outcome(self.source(name))
        self.call("POST", "/v1/sources/%s:refresh" % name).want(202)

        def done():
            source = self.source(name)
            return source if outcome(source) != before else None

        return wait_for("source %s was read again" % name, DRAIN_SECONDS, done)

    def walk(self, limit, **filters):
        """(all images of a list by uid, its last page), read in pages of `limit`."""
        images, token = {}, None
        while True:
            query = {**filters, "limit": limit, **({"page_token": token} if token else {})}
            page = self.get("/v1/images?" + urllib.parse.urlencode(query))
            token = page["page"]["next_page_token"]
            full = len(page["images"]) == limit
            assert full or not token, "a page of %d, not the last, has %d images" % (limit, len(page["images"]))
            for image in page["images"]:
                assert image["uid"] not in images, "twice in one walk: " + image["uid"]
                images[image["uid"]] = image
            if not token:
                return images, page

    def delete(self, source, native_id):
        return self.call("DELETE", "/v1/images/%s~%s" % (source, native_id))


def check_live(binary, config):
    """(exit code, what it printed) of `polyglance check --live`."""
    done = subprocess.run([binary, "check", "--live", "--config", config], env=clean_environment(), capture_output=True,
                          text=True, check=False, timeout=DRAIN_SECONDS)
    return done.returncode, done.stdout + done.stderr
