"""F8, F9, readers, leavers: more than there is room for, and clients that take their time."""
import asyncio
import concurrent.futures
import contextlib
import http.client
import itertools
import select
import socket
import time

from clients import Answer, Connection, Tally, percentile, request
from http_client import Client
from processes import wait_for
from stage import Stage, load_beside, load_of, lua, metric, page, tokens_file


def overload(run):
    """As many clients as there is room for, first alone, then beside three times as many requests as they get answered,
    each on a connection of its own, at a fixed rate whatever becomes of them. No two requests ask the same."""
    room = 4  # enough to keep one core busy; what waits beyond that only waits longer
    stage = Stage(run, clouds=1, images=run.pick(60_000, 60_000, 2_000), server={"max_connections": room},
                  cache={"memory": "16MiB"})  # which ready pages may take; the rest must not grow
    proxy = stage.proxy().ready()
    script = some_work(run, proxy, 0.002)
    proxy.client.connection.close()
    seconds = run.pick(60, 10, 2)
    peak = load_of(proxy, "/", run.pick(10, 4, 1), room, script)
    rate = peak.requests / peak.seconds
    before = proxy.process.memory("VmRSS")
    with concurrent.futures.ThreadPoolExecutor() as threads:
        good = threads.submit(load_of, proxy, "/", seconds + 1, room, script)
        time.sleep(0.5)
        health = threads.submit(watch_health, proxy, seconds)
        refused = flood(proxy.port, 3 * rate, seconds)
        grown = proxy.process.memory("VmRSS") - before
        silent, good = health.result(), good.result()
    recovery = 0.0
    while load_of(proxy, "/", 1, room, script).p99_ms > 1.5 * peak.p99_ms and recovery < 10:
        recovery += 1
    return {"goodput over peak": good.requests / good.seconds / rate, "p99 over p99 at the peak": good.p99_ms / peak.p99_ms,
            "p99 of refusals": refused.p99_ms(), "refusals without Retry-After": refused.without,
            "memory grew by": grown / (1 << 20), "back to normal after": recovery,
            "health and metrics that did not answer": silent}, {
                "peak a second": round(rate), "goodput a second": round(good.requests / good.seconds),
                "core busy at the peak": round(peak.cpu_us * rate / 1e6, 2),
                "core busy": round(good.cpu_us * good.requests / good.seconds / 1e6, 2),
                "peak p99 ms": peak.p99_ms, "p99 ms": good.p99_ms, "refusals a second": round(refused.answers / seconds),
                "median refusal ms": round(1e3 * percentile(refused.seconds, 50), 2), "statuses": dict(refused.statuses),
                "of these broken": refused.closed}


def some_work(run, proxy, seconds):
    """A script for requests of about so much computing each, no two alike: searches for more and more words."""
    numbers = itertools.count()
    words = ""

    def ask():
        proxy.client.get(f"/v1/images?limit=10&q={next(numbers)}{words}&fields=name")

    ask()  # what is made once for all searches
    while len(words) < 150:
        words += "+a+e"
        before = proxy.process.cpu_ns()
        for _ in range(20):
            ask()
        if (proxy.process.cpu_ns() - before) / 20e9 > seconds:
            break
    return lua(run, f'return wrk.format("GET", "/v1/images?limit=10&q=" .. math.random(1e9) .. "{words}&fields=name")')


def flood(port, rate, seconds):
    """An open loop: so many requests a second, each on a new connection, however the ones before fared. Plain sockets,
    since it must not be busy itself."""
    tally, poll, waiting = Tally(), select.epoll(), {}
    tally.without = sent = 0
    began = now = time.perf_counter()
    while now < began + seconds or (waiting and now < began + seconds + 5):
        due = min(int(min(now - began, seconds) * rate), sent + 4000 - len(waiting))  # descriptors are limited here too
        while sent < due:
            sent += 1
            client = socket.socket()
            start = time.perf_counter()
            client.connect(("127.0.0.1", port))
            client.setblocking(False)
            waiting[client.fileno()] = client, start
            poll.register(client, select.EPOLLIN)
            with contextlib.suppress(OSError):  # refused and closed already
                client.send(GOOD)
        for file, _ in poll.poll(0.0005):
            client, start = waiting.pop(file)
            poll.unregister(file)
            with client:
                try:
                    answer = client.recv(1 << 16)
                except OSError:
                    answer = b""
            if answer:
                tally.add(Answer(int(answer[9:12]), {}, b"", time.perf_counter() - start))
                tally.without += answer[9:12] == b"503" and b"\r\nRetry-After: " not in answer
            else:
                tally.closed += 1
        now = time.perf_counter()
    return tally


def watch_health(proxy, seconds):
    """How often /livez and /metrics of the admin listener did not answer 200 within a second."""
    failed, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        for target in ("/livez", "/metrics"):
            client = Client(proxy.admin_port, timeout=1)
            try:
                client.get(target)
            except (OSError, RuntimeError, http.client.HTTPException):
                failed += 1
            client.connection.close()
        time.sleep(0.25)
    return failed


async def read_to_end(connection):
    """Until the other side has ended it."""
    try:
        while await connection.reader.read(1 << 16):
            pass
    except OSError:
        pass


GOOD = request("/livez")


async def silent(connection, over):
    """Says nothing at all."""


async def stuck(connection, over):
    """Half a request line."""
    connection.send(GOOD[:9])


async def dripping(connection, over):
    """A byte of a header now and then."""
    connection.send(GOOD[:-2] + b"X-Slow: ")
    while not over.done():
        connection.send(b"a")
        await asyncio.sleep(0.5)


async def unfinished(connection, over):
    """Everything but the empty line."""
    connection.send(GOOD[:-2])


async def with_body(connection, over):
    """Promises a body and sends it byte by byte."""
    connection.send(GOOD[:-2] + b"Content-Length: 1000\r\n\r\n")
    while not over.done():
        connection.send(b"a")
        await asyncio.sleep(0.5)


async def again(connection, over):
    """A good request, then half of the next."""
    connection.send(GOOD + GOOD[:12])


SHAPES = (silent, stuck, dripping, unfinished, with_body, again)


async def slow_client(port, shape):
    """How long the connection lived."""
    connection = await Connection.open(port)
    began = time.perf_counter()
    over = asyncio.ensure_future(read_to_end(connection))
    speaking = asyncio.ensure_future(shape(connection, over))
    await over
    lived = time.perf_counter() - began
    speaking.cancel()
    connection.close()
    return shape.__name__, lived


def slow_clients(run):
    timeout = run.pick(10, 4, 1)
    stage = Stage(run, clouds=2, server={"header_timeout": f"{timeout}s"})
    proxy = stage.proxy().ready()
    target = page(proxy)

    async def whole():
        before = await load_beside(proxy, target, run.pick(8, 4, 1))
        slow = [asyncio.ensure_future(slow_client(proxy.port, SHAPES[number % len(SHAPES)])) for number in range(1000)]
        during = await load_beside(proxy, target, run.pick(8, 4, 1))
        done, left = await asyncio.wait(slow, timeout=timeout + 5)
        for task in left:
            task.cancel()
        return before, during, [task.result() for task in done], len(left)

    before, during, lives, left = asyncio.run(whole())
    longest = {shape.__name__: round(max((lived for name, lived in lives if name == shape.__name__), default=0), 1)
               for shape in SHAPES}
    last = max(lived for _, lived in lives) if not left else timeout + 5
    return {"good requests failed": before.failed + during.failed,
            "good p99 over p99 without them": during.p99_ms / before.p99_ms,
            "last one cut, after the header timeout": last - timeout}, {
                "header timeout s": timeout, "longest lives s": longest, "never cut": left,
                "p99 ms": during.p99_ms, "p99 before ms": before.p99_ms}


def idle_readers(port, target, count):
    """Clients that ask for something large and take nothing of it."""
    clients = []
    for _ in range(count):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(request(target))
        clients.append(client)
    return clients


def readers(run):
    timeout, clients = run.pick(5, 3, 1), 64
    stage = Stage(run, clouds=2, images=2000, server={"write_timeout": f"{timeout}s"})
    proxy = stage.proxy().ready()
    target, large = page(proxy), "/v1/images?limit=1000&view=full"
    size = len(proxy.client.get(large))
    load_of(proxy, target, 1)
    proxy.client.connection.close()
    before = proxy.process.memory("VmRSS")
    slow, began = idle_readers(proxy.port, large, clients), time.perf_counter()
    wait_for("all of them", lambda: metric(proxy, "polyglance_http_connections") == clients)
    during = load_of(proxy, target, timeout - 1 or 1)
    grown = proxy.process.memory("VmRSS") - before
    wait_for("the last to be cut", lambda: metric(proxy, "polyglance_http_connections") == 0, 60, 0.05)
    last = time.perf_counter() - began
    for client in slow:
        client.close()
    return {"good requests failed": during.failed, "memory grew by": grown / (1 << 20),
            "last one cut, after the write timeout": last - timeout}, {"bytes of the answer": size}


def greedy_caller(run):
    """20 callers near their share, and one that asks a hundred times as much."""
    limit, seconds = 50, run.pick(8, 4, 1)
    names = [f"caller-{number:02}" for number in range(20)]
    tokens = tokens_file(run, {name: name + "-token" for name in (*names, "greedy")})
    stage = Stage(run, clouds=2, server={"rate_limit": limit}, auth={"mode": "tokens", "tokens_file": tokens})
    proxy = stage.proxy()
    wait_for("the clouds", lambda: metric(proxy, "polyglance_source_images") == 1000)
    ask = 'return wrk.format("GET", "/v1/images?limit=10", {{["X-Auth-Token"] = {}}})'
    # 16 connections, a request every 20 ms on each: 40 a second for each of the 20.
    others = lua(run, ask.format('string.format("caller-%02d-token", math.random(0, 19))'), pause_ms=20)
    greedy = lua(run, ask.format('"greedy-token"'), pause_ms=10)
    before = load_of(proxy, "/", seconds, 16, others)
    refused = count_refused(proxy)
    with concurrent.futures.ThreadPoolExecutor() as threads:
        much = threads.submit(load_of, proxy, "/", seconds, 50, greedy)
        during = load_of(proxy, "/", seconds, 16, others)
        much = much.result()
    got = much.requests - (count_refused(proxy) - refused - during.failed)
    return {"others refused or failed": during.failed, "their p99 over p99 without it": during.p99_ms / before.p99_ms,
            "share it got over its limit": got / (limit * (much.seconds + 2))}, {
                "asked a second": round(much.requests / much.seconds), "others a second": round(during.requests / during.seconds),
                "p99 ms": during.p99_ms, "p99 without ms": before.p99_ms}


def count_refused(proxy):
    return sum(value for name, value in proxy.metrics().items()
               if name.startswith("polyglance_http_requests_total") and 'status="429"' in name)


def leavers(run):
    stage = Stage(run, clouds=2)
    stage.cloud.hold(True)
    wait = 2

    proxy = stage.proxy()

    async def whole():
        for _ in range(500):
            connection = await Connection.open(proxy.port)
            connection.send(request(f"/v1/images?limit=1&wait_ms={wait * 1000}"))
            await connection.writer.drain()
            connection.close()
        await asyncio.sleep(wait + 1)

    asyncio.run(whole())
    proxy.client.connection.close()
    left = metric(proxy, "polyglance_http_connections")
    stage.cloud.hold(False)
    calls = max(stage.calls(name) for name in stage.names) / 2  # the list and the hidden one
    served = Client(proxy.port).get_json("/v1/images?limit=1&wait_ms=20000")["complete"]
    calls = max(calls, max(stage.calls(name) for name in stage.names) / 2)
    return {"calls a page": calls, "connections left 1 s after their wait": left, "not served afterwards": not served}, {}


SCENARIOS = {"F8": overload, "F9": slow_clients, "readers": readers, "leavers": leavers,
             "callers": greedy_caller}
