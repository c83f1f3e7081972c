"""Child processes that end with the test, whatever happens to it, and nobody else's."""
import os
import random
import socket
import subprocess
import time


def free_ports(count):
    """Ports below the range the kernel gives to outgoing connections, so that a restarted server finds its own free."""
    ports = []
    while len(ports) < count:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
    return ports


def wait_for(what, seconds, probe, pause=0.1):
    """The first true answer of `probe`; an AssertionError when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError("waited %d s in vain: %s" % (seconds, what))
        time.sleep(pause)


class Process:
    """One server. Its output goes to a file; it dies with its parent."""

    def __init__(self, name, command, log, environment=None):
        self.name, self.log = name, log
        with open(log, "ab") as out:
            # setpriv makes the kernel end the child with us: a killed test leaves no servers behind.
            self.child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL,
                                          stdout=out, stderr=out, env=environment)

    def ended(self):
        return self.child.poll() is not None

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return text.read()

    def stop(self, patience=15):
        """Ends it; true when it went by itself after SIGTERM."""
        if self.ended():
            return True
        self.child.terminate()
        try:
            self.child.wait(patience)
            return True
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait(5)
            return False


def clean_environment(**more):
    """No proxy, no Python or OpenStack settings of whoever runs the test."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, **more}
