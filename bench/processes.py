"""Processes that end with the bench, whatever happens to it, and what the kernel knows about them."""
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time


def cores():
    """(core of what is measured, core of clients and backends): different ones where there are two."""
    free = sorted(os.sched_getaffinity(0))
    return free[0], free[-1]


SERVER_CORE, CLIENT_CORE = cores()


class Process:
    """One server and its children, pinned to a core. Its output goes to a file; it dies with its parent."""

    def __init__(self, command, log, core=None, environment=None):
        self.log = log
        core = SERVER_CORE if core is None else core
        with open(log, "wb") as out:
            # setpriv makes the kernel end the child with us; a session of its own keeps Ctrl-C to ourselves.
            self.child = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "taskset", "-c", str(core), *command], stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True, env={**os.environ, **(environment or {})})
        self.pid = self.child.pid

    def tree(self):
        """This process and all below it."""
        found, place = [self.pid], 0
        while place < len(found):
            with contextlib.suppress(OSError):
                for task in os.listdir(f"/proc/{found[place]}/task"):
                    with open(f"/proc/{found[place]}/task/{task}/children", encoding="ascii") as children:
                        found += [int(pid) for pid in children.read().split()]
            place += 1
        return found

    def cpu_ns(self):
        """User and system time of the whole tree so far. The clock of a process counts in nanoseconds, where
        /proc/<pid>/stat has ticks of 10 ms."""
        return sum(time.clock_gettime_ns((~pid << 3) | 2) for pid in self.tree())

    def memory(self, name):
        """A line of /proc/<pid>/status in bytes, over the whole tree: VmRSS now, VmHWM at most."""
        total = 0
        for pid in self.tree():
            with open(f"/proc/{pid}/status", encoding="ascii") as lines:
                total += next((int(line.split()[1]) << 10 for line in lines if line.startswith(name + ":")), 0)
        return total

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return text.read()

    def alive(self):
        return self.child.poll() is None

    def files(self):
        """Open descriptors of the process itself."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def signal(self, signum):
        self.child.send_signal(signum)

    def wait(self, seconds):
        """The exit code; None when it is still there after so long."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.child.wait(seconds)
        return None

    def stop(self):
        for signum, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
            if self.alive():
                self.signal(signum)
                self.wait(patience)


class Workshop:
    """The temporary folder of a run and every process started in it; leaving it ends them all."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="polyglance-bench-")
        self.running, self.started = [], 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        self.started += 1
        return os.path.join(self.folder, f"{self.started:04}-{name}")

    def start(self, name, command, core=None, environment=None):
        process = Process(command, self.path(name + ".log"), core, environment)
        self.running.append(process)
        return process

    def end(self, process):
        process.stop()
        self.running.remove(process)


def wait_for(what, probe, seconds=20, pause=0.005):
    """The first true answer of `probe`."""
    end = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)
