"""Polyglance as users run it: the release build, a configuration file, its log in a file, nothing switched off."""
import json
import os

from http_client import Client
from processes import wait_for

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.path.join(ROOT, "build", "release", "polyglance")

# Polled by nobody meanwhile: what refreshes in a measurement is asked for there.
QUIET_CACHE = {"ttl": "24h", "stale": "24h", "min_refresh": "1ms"}


class Proxy:
    """One running server. `cache` and `parts` (other sections of the configuration) add to the settings made here; one
    thread is what a core can do. `launcher` is a command that starts the one behind it."""

    def __init__(self, workshop, sources, cache=None, threads=1, environment=None, launcher=(), **parts):
        self.workshop = workshop
        self.config = {"server": {"listen": "127.0.0.1:0", "admin": "127.0.0.1:0", "threads": threads,
                                  "drain_delay": "0s"},  # only so that it stops at once
                       "cache": {**QUIET_CACHE, **(cache or {})}, "query": {"max_wait": "5m"}, "sources": sources}
        for section, settings in parts.items():
            self.config[section] = {**self.config.get(section, {}), **settings}
        self.config_path = workshop.path("polyglance.yaml")
        self.write_config(self.config)
        self.process = workshop.start("polyglance", [*launcher, BINARY, "serve", "--config", self.config_path],
                                      environment=environment)
        serving = wait_for("Polyglance", self.serving_line)
        self.port, self.admin_port = serving["port"], serving["admin_port"]
        self.client = Client(self.port, timeout=600)

    def write_config(self, config):
        with open(self.config_path, "w", encoding="utf-8") as out:
            json.dump(config, out)

    def serving_line(self):
        for line in self.process.output().splitlines():
            if '"event":"serving"' in line:
                return json.loads(line)
        if not self.process.alive():
            raise RuntimeError("Polyglance did not start: " + self.process.output())
        return None

    def url(self, target):
        return f"http://127.0.0.1:{self.port}{target}"

    def list(self, parameters="", **headers):
        """The first page of all images, waited for."""
        return self.client.get_json(f"/v1/images?wait_ms=300000&{parameters}", headers)

    def ready(self):
        """Waits until every source was read whole."""
        while not self.list("limit=1")["complete"]:
            pass
        return self

    def refresh(self, source):
        """Has a source read again now, and waits for it."""
        return self.list(f"limit=1&count=none&source={source}", **{"Cache-Control": "no-cache"})

    def metrics(self):
        """{"name{labels}": value}"""
        lines = Client(self.admin_port).get("/metrics").decode().splitlines()
        return {name: float(value) for name, _, value in
                (line.rpartition(" ") for line in lines if line and line[0] != "#")}

    def stop(self):
        self.client.connection.close()
        self.workshop.end(self.process)
