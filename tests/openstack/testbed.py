"""Real Keystone, Glance and Nova's API on loopback, from Debian's packages: no systemd, no message queue, SQLite."""
import base64
import concurrent.futures
import contextlib
import os
import secrets
import sqlite3
import subprocess

import settings
from http_api import call
from processes import Process, clean_environment, free_ports, wait_for

PYTHON = "/usr/bin/python3"
BOOT_SECONDS = 180
APPLICATIONS = {"keystone": "keystone.server.wsgi:initialize_public_application()",
                "glance": "glance.common.wsgi_app:init_app()",
                "nova": "nova.api.openstack.compute.wsgi:init_application()"}
READY_PATH = {"keystone": "/v3", "glance": "/versions", "nova": "/"}
# Closes every connection after the answer and leaves its length out, as Debian's own units for these services do.
UWSGI = ["/usr/bin/uwsgi", "--plugins", "python3", "--need-app", "--die-on-term", "--enable-threads",
         "--buffer-size", "65535", "--rem-header", "Content-Length"]


class Testbed:
    """`start()` boots all three services; `stop_all()` ends exactly these. Everything lies in the folder `state`."""

    def __init__(self, state, token_life):
        self.state, self.token_life = state, token_life
        self.password = secrets.token_hex(12)
        self.ports = dict(zip(APPLICATIONS, free_ports(3)))
        self.keystone = "http://127.0.0.1:%d/v3" % self.ports["keystone"]
        self.glance = "http://127.0.0.1:%d" % self.ports["glance"]
        self.nova = "http://127.0.0.1:%d/v2.1" % self.ports["nova"]
        self.environment = clean_environment(OS_KEYSTONE_CONFIG_FILES=self._path("keystone.conf"),
                                             OS_GLANCE_CONFIG_DIR=state, OS_NOVA_CONFIG_DIR=state)
        self.running = {}

    def start(self):
        self._configure()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            made = [pool.submit(make) for make in (self._make_keystone, self._make_glance, self._make_nova)]
        for each in made:
            each.result()
        for name in APPLICATIONS:
            self._launch(name)
        for name in APPLICATIONS:
            self._wait_until_ready(name)

    def start_service(self, name):
        self._launch(name)
        self._wait_until_ready(name)

    def stop_service(self, name):
        self.running.pop(name).stop()

    def stop_all(self):
        for name in list(self.running):
            self.stop_service(name)

    def log_of(self, name):
        return self.running[name].output()

    def _launch(self, name):
        # From the main thread only: the kernel ends the child when the thread that made it ends.
        command = UWSGI + ["--http-socket", "127.0.0.1:%d" % self.ports[name], "--module", APPLICATIONS[name]]
        self.running[name] = Process(name, command, self._path(name + ".log"), self.environment)

    def _wait_until_ready(self, name):
        process = self.running[name]
        url = "http://127.0.0.1:%d%s" % (self.ports[name], READY_PATH[name])

        def answers():
            if process.ended():
                raise AssertionError("%s ended at once:\n%s" % (name, process.output()[-3000:]))
            try:
                return call("GET", url).status in (200, 300)
            except OSError:
                return False

        wait_for("%s answers" % name, BOOT_SECONDS, answers)

    def _path(self, name):
        return os.path.join(self.state, name)

    def _write(self, file_name, *texts, name=""):
        with open(self._path(file_name), "w", encoding="utf-8") as file:
            file.write("\n".join(texts).format(
                state=self.state, password=self.password, token_life=self.token_life, keystone=self.keystone,
                glance=self.glance, name=name))

    def _configure(self):
        for folder in ("keys", "images", "staging", "tasks", "locks"):
            os.mkdir(self._path(folder), 0o700)
        for key in ("0", "1"):
            with open(self._path("keys/" + key), "wb") as file:
                file.write(base64.urlsafe_b64encode(os.urandom(32)))
        self._write("keystone.conf", settings.KEYSTONE, settings.DATABASE, name="keystone")
        self._write("glance-api.conf", settings.GLANCE, settings.DATABASE, settings.TOKENS, name="glance")
        self._write("glance-api-paste.ini", settings.GLANCE_PASTE)
        self._write("nova.conf", settings.NOVA, settings.DATABASE, settings.TOKENS, name="nova")
        self._write("api-paste.ini", settings.NOVA_PASTE)

    def _manage(self, module, config, *arguments):
        script = "import sys; from %s import main; sys.argv[0] = 'manage'; sys.exit(main())" % module
        done = subprocess.run([PYTHON, "-c", script, "--config-file", self._path(config), *arguments],
                              env=self.environment, cwd=self.state, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False, timeout=BOOT_SECONDS)
        if done.returncode != 0:
            raise AssertionError("%s %s failed:\n%s" % (module, arguments[0], (done.stdout + done.stderr)[-3000:]))

    def _make_keystone(self):
        self._manage("keystone.cmd.manage", "keystone.conf", "db_sync")
        # A request that reads on one connection while it writes on another would wait for itself without this.
        with contextlib.closing(sqlite3.connect(self._path("keystone.db"))) as database:
            database.execute("PRAGMA journal_mode=WAL")
        self._manage("keystone.cmd.manage", "keystone.conf", "bootstrap", "--bootstrap-password", self.password,
                     "--bootstrap-region-id", "RegionOne", "--bootstrap-public-url", self.keystone,
                     "--bootstrap-internal-url", self.keystone)

    def _make_glance(self):
        self._manage("glance.cmd.manage", "glance-api.conf", "db_sync")

    def _make_nova(self):
        self._manage("nova.cmd.manage", "nova.conf", "db", "sync", "--local_cell")
