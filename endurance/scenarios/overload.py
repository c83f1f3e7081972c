"""F8, F9, readers, leavers: more than there is room for, and clients that take their time."""
import asyncio
import itertools
import socket
import time

from clients import Connection, Crowd, Tally, ask_once, percentile, request
from http_client import Client
from stage import Stage, load_beside, load_of, metric, page


def overload(run):
    """So many clients as there is room for, first alone, then beside three times as many requests that come each on a
    connection of its own, whatever became of those before. Every request needs work: no two ask the same."""
    room = 8  # more than one core needs to be busy; what waits beyond that only waits longer
    stage = Stage(run, clouds=1, images=run.pick(20_000, 20_000, 2_000), server={"max_connections": room})
    proxy = stage.proxy().ready()
    work = some_work(proxy, 0.002)

    async def whole():
        proxy.client.connection.close()
        peak = await crowd(proxy.port, room, work, run.pick(10, 4, 1))
        rate = peak.answers / run.pick(10, 4, 1)
        before = proxy.process.memory("VmRSS")
        health = asyncio.ensure_future(watch_health(proxy))
        seconds = run.pick(60, 10, 2)
        async with Crowd(proxy.port, room, work) as busy:
            await asyncio.sleep(0.3)
            refused = await flood(proxy.port, 3 * rate, seconds, work)
            grown = proxy.process.memory("VmRSS") - before
            goodput = busy.answers / (seconds + 0.3)
            during = busy.p99_ms()
            recovery = await back_to_normal(busy, peak)
        health.cancel()
        silent = (await asyncio.gather(health, return_exceptions=True))[0]
        return peak, rate, refused, grown, goodput, during, recovery, silent

    peak, rate, refused, grown, goodput, during, recovery, silent = asyncio.run(whole())
    return {"goodput over peak": goodput / rate, "p99 over p99 at the peak": during / peak.p99_ms(),
            "p99 of refusals": refused.p99_ms(), "refusals without Retry-After": refused.without,
            "memory grew by": grown / (1 << 20), "back to normal after": recovery,
            "health and metrics that did not answer": silent}, {
                "peak a second": round(rate), "goodput a second": round(goodput), "peak p99 ms": round(peak.p99_ms(), 1),
                "p99 ms": round(during, 1), "refusals a second": round(refused.answers / run.pick(60, 10, 2)),
                "median refusal ms": round(1e3 * percentile(refused.seconds, 50), 2),
                "of these broken": refused.cut + refused.closed + refused.refused}


def some_work(proxy, seconds):
    """Requests of about so much computing each, no two alike: searches for more and more words."""
    numbers = itertools.count()
    words = ""
    while len(words) < 150:
        words += "+a+e+i+o"
        before = proxy.process.cpu_ns()
        for _ in range(5):
            proxy.client.get(f"/v1/images?limit=10&q={next(numbers)}{words}&fields=name")
        if (proxy.process.cpu_ns() - before) / 5e9 > seconds:
            break
    return lambda: f"/v1/images?limit=10&q={next(numbers)}{words}&fields=name"


async def crowd(port, clients, work, seconds):
    async with Crowd(port, clients, work) as tally:
        await asyncio.sleep(seconds)
        return tally


async def flood(port, rate, seconds, work):
    """An open loop: requests come at that rate, however the ones before fared."""
    tally = Tally()
    tally.without = 0
    running, began, sent = set(), time.perf_counter(), 0

    async def one():
        answer = await ask_once(port, work(), tally)
        tally.without += answer is not None and "retry-after" not in answer.headers

    while time.perf_counter() - began < seconds:
        due = int((time.perf_counter() - began) * rate)
        while sent < due:
            task = asyncio.ensure_future(one())
            running.add(task)
            task.add_done_callback(running.discard)
            sent += 1
        await asyncio.sleep(0.001)
    if running:
        await asyncio.wait(running, timeout=10)
    return tally


async def back_to_normal(tally, peak):
    """Until 100 answers in a row were as quick as at the peak."""
    began = time.perf_counter()
    limit = 1.5 * peak.p99_ms() / 1e3
    while time.perf_counter() < began + 10:
        latest = tally.seconds[-100:]
        await asyncio.sleep(0.1)
        if len(tally.seconds) > 100 and percentile(latest, 90) < limit:
            break
    return time.perf_counter() - began


async def watch_health(proxy):
    """How often /livez and /metrics of the admin listener did not answer 200 within a second, until cancelled."""
    failed = asked = 0
    try:
        while True:
            for target in ("/livez", "/metrics"):
                tally = Tally()
                try:
                    await asyncio.wait_for(ask_once(proxy.admin_port, target, tally), 1)
                except TimeoutError:
                    pass
                failed += tally.statuses[200] != 1
                asked += 1
            await asyncio.sleep(0.25)
    except asyncio.CancelledError:
        return failed if asked else 1


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


async def idle_reader(port, target):
    """Asks for something large and takes nothing of it. How long it took the server to end it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ("127.0.0.1", port))
    began = time.perf_counter()
    await loop.sock_sendall(client, request(target))
    with client:
        while True:  # a reset shows without reading
            await asyncio.sleep(0.1)
            if client.getsockopt(socket.SOL_TCP, socket.TCP_INFO, 1)[0] != 1:  # no longer ESTABLISHED
                return time.perf_counter() - began
            if time.perf_counter() - began > 60:
                return 60.0


def readers(run):
    timeout = run.pick(5, 3, 1)
    stage = Stage(run, clouds=2, images=2000, server={"write_timeout": f"{timeout}s"})
    proxy = stage.proxy().ready()
    target, large = page(proxy), "/v1/images?limit=1000&view=full"
    size = len(proxy.client.get(large))
    load_of(proxy, target, 1)

    async def whole():
        before = proxy.process.memory("VmRSS")
        slow = [asyncio.ensure_future(idle_reader(proxy.port, large)) for _ in range(64)]
        await asyncio.sleep(0.5)
        during = await load_beside(proxy, target, timeout)
        grown = proxy.process.memory("VmRSS") - before
        return during, grown, await asyncio.gather(*slow)

    during, grown, lives = asyncio.run(whole())
    return {"good requests failed": during.failed, "memory grew by": grown / (1 << 20),
            "last one cut, after the write timeout": max(lives) - timeout}, {"bytes of the answer": size}


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


SCENARIOS = {"F8": overload, "F9": slow_clients, "readers": readers, "leavers": leavers}
