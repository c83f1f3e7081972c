"""A Redis of our own, and just enough of its protocol to look into it."""
import re
import socket

from peers import answers, free_port
from processes import CLIENT_CORE, wait_for


class Redis:
    def __init__(self, workshop):
        self.port = free_port()
        workshop.start("redis", ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                                 "--appendonly", "no", "--daemonize", "no", "--dir", workshop.folder], CLIENT_CORE)
        wait_for("Redis", lambda: answers(self.port))
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.replies = self.socket.makefile("rb")

    def config(self):
        return {"redis": {"url": f"redis://127.0.0.1:{self.port}/0"}}

    def text(self):
        """The text that comes next."""
        size = int(self.replies.readline()[1:])
        return self.replies.read(size + 2)[:-2].decode()

    def keys(self, pattern):
        self.socket.sendall(f"KEYS {pattern}\r\n".encode())
        return [self.text() for _ in range(int(self.replies.readline()[1:]))]

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
