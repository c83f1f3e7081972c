"""The shape of the machine and the versions of what was measured."""
import os
import platform
import re
import subprocess

from proxy import BINARY


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # wrk calls its version a failure
    return (done.stdout or done.stderr).strip().splitlines()[0]


def matched(pattern, path):
    with open(path, encoding="utf-8") as text:
        found = re.search(pattern, text.read(), re.MULTILINE)
    return found.group(1).strip() if found else "?"


def shape():
    return {"cpu": matched(r"^model name\s*:(.*)$", "/proc/cpuinfo"), "cores": len(os.sched_getaffinity(0)),
            "memory, GiB": round(int(matched(r"^MemTotal:\s*(\d+)", "/proc/meminfo")) / (1 << 20)),
            "kernel": platform.release(), "system": matched(r'^PRETTY_NAME="(.*)"', "/etc/os-release"),
            "polyglance": first_line(BINARY, "version"), "nginx": first_line("nginx", "-v"),
            "node": first_line("node", "--version"), "wrk": first_line("wrk", "-v").partition(" [")[0],
            "redis": first_line("redis-server", "--version").partition(" sha")[0]}
