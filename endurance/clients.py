"""Clients that notice everything: how each answer ended, and when. On asyncio, one connection each."""
import asyncio
import collections
import dataclasses
import statistics
import time


class Closed(Exception):
    """The connection ended before the first byte of an answer."""


class Cut(Exception):
    """It ended within an answer."""


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict  # names in small letters
    body: bytes
    seconds: float

    @property
    def last(self):
        return self.headers.get("connection") == "close"


class Tally:
    """What happened to the requests of a group of clients."""

    def __init__(self):
        self.statuses, self.seconds = collections.Counter(), []
        self.cut = self.closed = self.refused = 0

    def add(self, answer):
        self.statuses[answer.status] += 1
        self.seconds.append(answer.seconds)

    @property
    def answers(self):
        return len(self.seconds)

    def failed(self):
        """Everything but 200."""
        return self.answers - self.statuses[200] + self.cut + self.closed + self.refused

    def p99_ms(self):
        return 1e3 * percentile(self.seconds, 99)


def percentile(values, percent):
    if len(values) < 2:
        return max(values, default=0.0)
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


class Connection:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @staticmethod
    async def open(port, window=1 << 20):
        return Connection(*await asyncio.open_connection("127.0.0.1", port, limit=window))

    def send(self, data):
        self.writer.write(data)

    async def receive(self, began, method="GET"):
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            raise Cut() if error.partial else Closed()
        except OSError:
            raise Closed() from None
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        status = int(lines[0].split(" ")[1])
        size = 0 if method == "HEAD" or status == 304 else int(headers.get("content-length", 0))
        try:
            body = await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, OSError):
            raise Cut() from None
        return Answer(status, headers, body, time.perf_counter() - began)

    async def ask(self, target, method="GET", **headers):
        began = time.perf_counter()
        self.send(request(target, method, **headers))
        return await self.receive(began, method)

    def close(self):
        self.writer.close()


def request(target, method="GET", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"{method} {target} HTTP/1.1\r\nHost: endure\r\n{lines}\r\n".encode()


async def ask_once(port, target, tally, **headers):
    """One request on a connection of its own; the answer, or none."""
    try:
        connection = await Connection.open(port)
    except OSError:
        tally.refused += 1
        return None
    try:
        answer = await connection.ask(target, **headers)
        tally.add(answer)
        return answer
    except Cut:
        tally.cut += 1
    except (Closed, OSError):
        tally.closed += 1
    finally:
        connection.close()
    return None


async def keep_asking(port, targets, tally, over, pause=lambda: 0.0):
    """Over one connection until the event `over`, or until the server says that it closes. A connection that is lost
    is counted and opened again. `targets` is called for each target."""
    connection = None
    try:
        while not over.is_set():
            try:
                connection = connection or await Connection.open(port)
                answer = await connection.ask(targets())
                tally.add(answer)
                if answer.last:
                    return
                await asyncio.sleep(pause())
            except Cut:
                tally.cut += 1
                connection = None
            except Closed:
                tally.closed += 1
                connection = None
            except OSError:
                tally.refused += 1
                connection = None
                await asyncio.sleep(0.05)
    finally:
        if connection:
            connection.close()


class Crowd:
    """So many clients that ask until the block ends."""

    def __init__(self, port, clients, targets, pause=lambda: 0.0):
        self.tally, self.over = Tally(), asyncio.Event()
        self.work = [keep_asking(port, targets, self.tally, self.over, pause) for _ in range(clients)]

    async def __aenter__(self):
        self.tasks = [asyncio.ensure_future(each) for each in self.work]
        return self.tally

    async def __aexit__(self, *_):
        self.over.set()
        await asyncio.wait(self.tasks, timeout=30)
        for task in self.tasks:
            task.cancel()


async def wait_until(what, probe, seconds=20, pause=0.01):
    """How long until `probe`, called off the loop, was true."""
    began = time.perf_counter()
    while not await asyncio.to_thread(probe):
        if time.perf_counter() - began > seconds:
            raise RuntimeError(f"waited {seconds} s in vain for {what}")
        await asyncio.sleep(pause)
    return time.perf_counter() - began
