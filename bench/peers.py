"""Other people's programs doing the same work, to compare with. Their sources are in peers/."""
import os
import random
import socket
import string

from http_client import Client
from processes import wait_for

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")


def free_port():
    """Below the range the kernel gives to outgoing connections."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Peer:
    def __init__(self, process, port):
        self.process, self.port, self.client = process, port, Client(port)

    def url(self, target):
        return f"http://127.0.0.1:{self.port}{target}"


def nginx(workshop, origin, configuration=os.path.join(FOLDER, "nginx.conf"), **more):
    """`origin` and `more` are filled into the configuration."""
    folder, port = workshop.path("nginx"), free_port()
    os.mkdir(folder)
    with open(configuration, encoding="utf-8") as text:
        template = string.Template(text.read())
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w", encoding="utf-8") as out:
        user = "user root;" if os.geteuid() == 0 else ""
        out.write(template.substitute(user=user, folder=folder, port=port, origin=origin, **more))
    process = workshop.start("nginx", ["nginx", "-p", folder, "-c", path, "-e", os.path.join(folder, "error.log")])
    wait_for("nginx", lambda: answers(port))
    return Peer(process, port)


def node(workshop, script, *arguments):
    process = workshop.start(script, ["node", os.path.join(FOLDER, script), *map(str, arguments)])
    return Peer(process, int(wait_for(script, lambda: process.output().strip())))
