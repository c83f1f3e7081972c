"""A Redis of our own, and just enough of its protocol to look into it."""
import re
import signal
import socket

from peers import answers, free_port
from processes import CLIENT_CORE, wait_for


class Redis:
    def __init__(self, workshop, password=""):
        self.workshop, self.password, self.port = workshop, password, free_port()
        self.start()

    def start(self):
        """At first, and after `kill`: on the same port, with nothing in it."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                   "--daemonize", "no", "--dir", self.workshop.folder]
        self.process = self.workshop.start(
            "redis", command + (["--requirepass", self.password] if self.password else []), CLIENT_CORE)
        wait_for("Redis", lambda: answers(self.port))
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

    def calls(self):
        """Commands carried out so far, ours left out."""
        return sum(int(re.search(r"calls=(\d+)", value).group(1))
                   for name, value in self.info("commandstats").items() if name != "cmdstat_info")

    def used_bytes(self):
        return int(self.info("memory")["used_memory"])

    def bytes_moved(self):
        """(received, sent) over the network so far"""
        stats = self.info("stats")
        return int(stats["total_net_input_bytes"]), int(stats["total_net_output_bytes"])
