"""F12, files, stderr: what runs out, and the dearest things one can ask."""
import asyncio
import random
import string
import time

from clients import Connection, Crowd, Tally, ask_once, request
from http_client import Client
from processes import wait_for
from stage import Stage, load_of, log_of, metric, page


def letters(count):
    return "".join(random.choices(string.ascii_lowercase, k=count))


def dearest():
    """name -> makes one request; no two are the same, so that nothing is at hand."""
    return {
        "many words": lambda: request("/v1/images?limit=100&q=" + "+".join(letters(2) for _ in range(12))),
        "a long search": lambda: request("/v1/images?limit=100&name=contains:" + letters(200)),
        "sorted by name": lambda: request(f"/v1/images?limit=100&sort=name:desc,id&name=neq:{letters(8)}"),
        "many values": lambda: request("/v1/images?limit=100&name=in:" + ",".join(letters(8) for _ in range(90))),
        "many sources": lambda: request("/v1/images?source=" + ",".join(letters(8) for _ in range(500))),
        "a long path": lambda: request("/v1/images/" + letters(7000)),
        "a long page token": lambda: request("/v1/images?page_token=" + letters(7000)),
        "many headers": lambda: request("/v1/images?limit=1&x=1", **{letters(8): letters(8) for _ in range(90)}),
        "a large header": lambda: request("/livez", X_Large=letters(15_000)),
        "a body": lambda: request("/v1/images", Content_Length=60_000) + letters(60_000).encode(),
        "many at once": lambda: request("/livez") * 100,
    }


async def send_whole(port, data):
    """Sends, and reads until nothing more comes for a moment."""
    connection = await Connection.open(port)
    connection.send(data)
    answers = 0
    try:
        while True:
            part = await asyncio.wait_for(connection.reader.read(1 << 20), 0.05 if answers else 5)
            answers += part.count(b"HTTP/1.1 ")
            if not part or answers >= data.count(b" HTTP/1.1\r\n"):
                break
    except (TimeoutError, OSError):
        pass
    connection.close()


def walk(proxy):
    """The targets of one page after the other, from the first again when there are no more."""
    while True:
        target = "/v1/images?limit=100"
        while target:
            yield target.replace("limit=100", "limit=99")  # so that it is not at hand from walking here
            target = proxy.client.get_json(target)["links"]["next"]


def amplification(run):
    stage = Stage(run, clouds=2, images=10_000, cache={"memory": "8MiB"})
    proxy = stage.proxy().ready()
    rounds = run.pick(100, 40, 5)

    def cost(make):
        """(CPU us a request, bytes a request, memory that stayed over what is allowed)"""
        data = [make() for _ in range(rounds)]
        memory, cpu = proxy.process.memory("VmRSS"), proxy.process.cpu_ns()

        async def whole():
            for each in data:
                await send_whole(proxy.port, each)

        asyncio.run(whole())
        size = sum(map(len, data))
        grown = proxy.process.memory("VmRSS") - memory
        return (proxy.process.cpu_ns() - cpu) / 1e3 / rounds, size / rounds, grown / (16 * size + 65536)

    pages = walk(proxy)

    def plain():
        return request(next(pages))

    for _ in range(2 if run.smoke else 12):  # until its caches are as large as they may be
        cost(plain)
    base = cost(plain)[0]
    found = {}
    for name, make in dearest().items():
        cost(make)
        found[name] = cost(make)
    cpu = {name: each[0] / base / (100 if name == "many at once" else 1) for name, each in found.items()}
    peak = page_peak(run)
    worst = max(found, key=lambda name: found[name][2])
    dear = max(cpu, key=cpu.get)
    return {"CPU of the dearest request over a plain list": cpu[dear],
            "memory that stays, over 16 bytes a byte and 64 KiB": found[worst][2],
            "peak while a page is read, per byte of it": peak}, {
                "dearest": dear, "most memory": worst, "plain us": round(base),
                "all": {name: round(each, 2) for name, each in cpu.items()}}


def page_peak(run):
    """Peak memory over what it had before, when one page of 1,000 images is read."""
    stage = Stage(run, clouds=1, images=1000)
    stage.cloud.hold(True)
    proxy = stage.proxy()
    Client(proxy.port).get("/livez")
    before = proxy.process.memory("VmRSS")
    stage.cloud.hold(False)
    wait_for("the first list", lambda: metric(proxy, "polyglance_source_images") == 1000)
    return (proxy.process.memory("VmHWM") - before) / stage.cloud.counts("os-0")["bytes"]


def descriptors(run):
    """More clients than files may be open: those who are in go on, clouds are still reached, health answers."""
    stage = Stage(run, clouds=2, cache={"ttl": "1s"})
    proxy = stage.proxy(launcher=["prlimit", "--nofile=150:150"]).ready()
    proxy.client.connection.close()

    async def whole():
        seconds = run.pick(5, 3, 2)
        async with Crowd(proxy.port, 8, lambda: "/v1/images?limit=1", lambda: 0.01) as old:
            await asyncio.sleep(0.3)
            crowd = [await Connection.open(proxy.port) for _ in range(400)]
            for each in crowd:
                each.send(b"GET")
            await asyncio.sleep(0.5)
            failures, cpu, began = drain_failures(proxy), proxy.process.cpu_ns(), time.perf_counter()
            silent = 0
            while time.perf_counter() - began < seconds:
                tally = Tally()
                try:
                    await asyncio.wait_for(ask_once(proxy.admin_port, "/readyz", tally), 1)
                except TimeoutError:
                    pass
                silent += tally.statuses[200] != 1
                await asyncio.sleep(0.1)
            busy = (proxy.process.cpu_ns() - cpu) / 1e9 / (time.perf_counter() - began)
            for each in crowd:
                each.close()
            began, tally = time.perf_counter(), Tally()
            while not tally.statuses[200] and time.perf_counter() - began < 10:
                try:
                    await asyncio.wait_for(ask_once(proxy.port, "/livez", tally), 5)
                except TimeoutError:
                    pass
                await asyncio.sleep(0.01)
            return old, busy, silent, time.perf_counter() - began, failures

    old, busy, silent, recovered, failures = asyncio.run(whole())
    return {"old connections that failed": old.failed(), "CPU while full": busy, "health that did not answer": silent,
            "refreshes of clouds that failed": drain_failures(proxy) - failures, "first new answer after": recovered}, {
                "answers to old connections": old.answers}


def drain_failures(proxy):
    """From the log: the metrics may not be reachable."""
    return sum(line.get("event") == "drain" and line.get("outcome") != "ok" for line in log_of(proxy))


def unread_log(run):
    """The log goes into a pipe whose reader stops after the line that names the ports."""
    stage = Stage(run, clouds=2)
    normal = stage.proxy().ready()
    pipe = run.workshop.path("log.pipe")
    launcher = ["sh", "-c", 'mkfifo "$0"; { grep -m1 serving; exec sleep 60; } <"$0" & exec "$@" 2>"$0"', pipe]
    proxy = stage.proxy(launcher=launcher).ready()
    target = page(proxy)
    seconds = run.pick(5, 3, 1)
    load_of(proxy, target, 1)  # the pipe is full now
    before = load_of(normal, target, seconds)
    during = load_of(proxy, target, seconds)
    dropped = metric(proxy, "polyglance_log_lines_dropped")
    began = time.perf_counter()
    proxy.client.connection.close()
    proxy.stop()
    return {"failed": during.failed, "p99 over p99 before": during.p99_ms / before.p99_ms,
            "lines counted as dropped": dropped, "stop takes": time.perf_counter() - began}, {"requests": during.requests}


SCENARIOS = {"F12": amplification, "files": descriptors, "stderr": unread_log}
