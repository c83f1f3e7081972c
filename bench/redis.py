"""A Redis of our own, and just enough of its protocol to look into it."""
import contextlib
import re
import signal
import socket

from peers import answers, free_port
from processes import CLIENT_CORE, wait_for


class Redis:
    def __init__(self, workshop, password="", master=None):
        self.workshop, self.password, self.master, self.port = workshop, password, master, free_port()
        self.start()

    def command(self):
        return ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--daemonize", "no", "--dir", self.workshop.folder,
                *(["--requirepass", self.password] if self.password else []),
                *(["--replicaof", "127.0.0.1", str(self.master.port)] if self.master else [])]

    def start(self):
        """At first, and after `kill`: on the same port, with nothing in it."""
        self.process = self.workshop.start("redis", self.command(), CLIENT_CORE)
        wait_for("Redis", lambda: answers(self.port))
        self.connect()

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.replies = self.socket.makefile("rb")
        if self.password:
            self.socket.sendall(f"AUTH {self.password}\r\n".encode())
            self.replies.readline()

    def kill(self):
        self.socket.close()
        self.process.signal(signal.SIGKILL)
        self.process.wait(5)
        self.workshop.end(self.process)

    def config(self):
        password = {"password": self.password} if self.password else {}
        return {"redis": {"url": f"redis://127.0.0.1:{self.port}/0", **password}}

    def value(self):
        """The bytes that come next; none for an error or when there is no such value."""
        line = self.replies.readline()
        size = int(line[1:]) if line[:1] == b"$" else -1
        return self.replies.read(size + 2)[:-2] if size >= 0 else b""

    def text(self):
        return self.value().decode()

    def keys(self, pattern):
        self.socket.sendall(f"KEYS {pattern}\r\n".encode())
        return [self.text() for _ in range(int(self.replies.readline()[1:]))]

    def get(self, key):
        self.socket.sendall(f"GET {key}\r\n".encode())
        return self.value()

    def info(self, section):
        """{"name": "value"}"""
        self.socket.sendall(f"INFO {section}\r\n".encode())
        text = self.text()
        return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)

    def calls(self, *names):
        """Commands carried out so far: those of these names, or all but our own."""
        wanted = {f"cmdstat_{name}" for name in names}
        return sum(int(re.search(r"calls=(\d+)", value).group(1)) for name, value in self.info("commandstats").items()
                   if (name in wanted if names else name != "cmdstat_info"))

    def used_bytes(self):
        return int(self.info("memory")["used_memory"])

    def role(self):
        """"master" or "slave", but "" while a replica has not all of its master, or its role changes."""
        found = {}
        with contextlib.suppress(OSError):  # whoever changes its role drops its clients
            self.connect()
            found = self.info("replication")
        return found.get("role", "") if found.get("master_link_status", "up") == "up" else ""

    def bytes_moved(self):
        """(received, sent) over the network so far"""
        stats = self.info("stats")
        return int(stats["total_net_input_bytes"]), int(stats["total_net_output_bytes"])


class Sentinel(Redis):
    """One that decides alone, and is quick to give a master up."""
    NAME = "images"

    def command(self):
        path = self.workshop.path("sentinel.conf")
        with open(path, "w", encoding="ascii") as out:
            out.write(f"port {self.port}\nbind 127.0.0.1\nsentinel monitor {self.NAME} 127.0.0.1 {self.master.port} 1\n"
                      f"sentinel down-after-milliseconds {self.NAME} 300\nsentinel failover-timeout {self.NAME} 2000\n")
        return ["redis-server", path, "--sentinel"]

    def config(self):
        return {"redis": {"url": f"redis+sentinel://127.0.0.1:{self.port}/{self.NAME}/0"}}

    def replicas(self):
        """How many it knows of its master."""
        return int(re.search(r"slaves=(\d+)", self.info("sentinel")["master0"]).group(1))

    def master_port(self):
        """Where it sends clients."""
        self.socket.sendall(f"SENTINEL GET-MASTER-ADDR-BY-NAME {self.NAME}\r\n".encode())
        self.replies.readline()
        self.value()
        return int(self.value())
