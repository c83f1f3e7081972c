"""wrk as load, and what a server paid for it."""
import dataclasses
import re
import subprocess

from processes import CLIENT_CORE

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclasses.dataclass
class Load:
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of the server's process tree, per request
    failed: int = 0  # answers other than 2xx and 3xx, and connections that broke


def run(process, url, seconds, connections=64, headers=(), strict=True, script=None):
    """Asks `url` for so long over keep-alive connections, one request at a time on each. A failed request is an error,
    or is only counted when not `strict`. A Lua `script` may make each request."""
    command = ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
               "--timeout", "30s"]
    if script:
        command += ["-s", script]
    for header in headers:
        command += ["-H", header]
    before = process.cpu_ns()
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    spent = process.cpu_ns() - before
    failed = sum(map(int, re.findall(r"(?:Non-2xx or 3xx responses:|connect|read|write|timeout) (\d+)", text)))
    if failed and strict:
        raise RuntimeError(f"{url}: {text}")
    requests, took, unit = re.search(r"(\d+) requests in ([\d.]+)(s|m)", text).groups()

    def latency(percent):
        number, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s|m)", text).groups()
        return float(number) * UNITS[unit]

    return Load(int(requests), float(took) * UNITS[unit] / 1e3, latency(50), latency(99), spent / 1e3 / max(int(requests), 1),
                failed)
