"""The made-up cloud of stub_cloud.py, from outside."""
import os
import sys

from http_client import Client
from processes import CLIENT_CORE, wait_for


class Cloud:
    def __init__(self, workshop):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stub_cloud.py")
        self.process = workshop.start("stub-cloud", [sys.executable, script], CLIENT_CORE)
        self.port = int(wait_for("the stub's port", lambda: self.process.output().strip()))
        self.client = Client(self.port)

    def add(self, name, images, **more):
        """A source of so many images; the configuration of a source of Polyglance that reads it."""
        self.client.send_json("PUT", f"/_stub/{name}", {"images": images, **more})
        return {"id": name, "provider": "glance", "endpoint": f"http://127.0.0.1:{self.port}/{name}",
                "auth": {"type": "none"}}

    def change(self, name, **order):
        self.client.send_json("POST", f"/_stub/{name}", order)

    def seen(self, name):
        """{"times": [seconds since 1970 of each call], "most_in_flight": that hang, since its last fault, "tokens": [...]}"""
        return self.client.get_json(f"/_stub/{name}")

    def hold(self, held):
        self.client.send_json("POST", "/_stub", {"hold": held})

    def counts(self, name):
        """{"calls": {path: number}, "bytes": number}, of lists only"""
        return self.client.get_json("/_stub")["sources"][name]

    def serve_file(self, name, headers, body):
        """Puts a static file up; its path."""
        self.client.ask("PUT", f"/_origin/{name}", body, headers)
        return f"/_origin/{name}"

    def files_asked_for(self):
        return self.client.get_json("/_stub")["files"]
