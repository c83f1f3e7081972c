"""C1, C3, C7, R2: answers that need the backends first."""
import contextlib
import socket
import statistics
import time

import peers
from cloud import Cloud
from http_client import Client
from proxy import Proxy
from table import Result, ratio

ROWS = ("C1", "C3", "C3-hidden", "C3-cold", "C7", "C7-memory", "R2")
LATENCY_MS = 50


def measure(bench, wanted):
    if "C1" in wanted:
        yield first_answer(bench)
    if {"C3", "C3-hidden", "C3-cold"} & set(wanted):
        yield from (result for result in over_the_slowest(bench) if result.row in wanted)
    if {"C7", "C7-memory"} & set(wanted):
        yield from (result for result in big_drain(bench) if result.row in wanted)
    if "R2" in wanted:
        yield stampede(bench)


@contextlib.contextmanager
def cold(bench, cloud, sources):
    """A server that has read nothing yet: its backends answer when the block begins."""
    cloud.hold(True)
    proxy = Proxy(bench.workshop, sources)
    cloud.hold(False)
    yield proxy
    proxy.stop()


def first_answer_cpu_ms(proxy):
    """CPU from a running server that knows nothing to its first complete answer."""
    before = proxy.process.cpu_ns()
    if not proxy.list("limit=25")["complete"]:
        raise RuntimeError("the first answer was not complete")
    return (proxy.process.cpu_ns() - before) / 1e6


def asked_cpu_ms(peer):
    before = peer.process.cpu_ns()
    peer.client.get("/")
    return (peer.process.cpu_ns() - before) / 1e6


def backend_urls(sources):
    return [source["endpoint"] for source in sources]


def first_answer(bench):
    cloud = Cloud(bench.workshop)
    sources = [cloud.add("os-a", 500), cloud.add("os-b", 500)]
    node = peers.node(bench.workshop, "aggregator.js", *backend_urls(sources))
    for _ in range(2 if bench.smoke else 20):  # until its compiler has seen enough
        node.client.get("/")
    ours, theirs = [], []
    for turn in range(bench.rounds):
        bench.say(f"first answers, round {turn + 1} of {bench.rounds}")
        for taken in (ours, theirs):
            taken.append([])
        for _ in range(1 if bench.smoke else 5):
            with cold(bench, cloud, sources) as proxy:
                ours[-1].append(first_answer_cpu_ms(proxy))
            theirs[-1].append(asked_cpu_ms(node))
    ours, theirs = ([statistics.median(taken) for taken in rounds] for rounds in (ours, theirs))
    result = ratio("C1", ours, theirs)
    result.figures = {"polyglance ms": statistics.median(ours), "node ms": statistics.median(theirs)}
    return result


def wall_ms(ask):
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1e3


def over_the_slowest(bench):
    """Wall time of a list that has to ask all backends, over one list call to the slowest of them (they are alike)."""
    cloud = Cloud(bench.workshop)
    repeats = 2 if bench.smoke else 7
    direct = Client(cloud.port)
    fields = {}
    for dialect in ("huawei", "openstack"):
        sources = [cloud.add(f"{dialect}-{letter}", 500, latency_ms=LATENCY_MS, dialect=dialect) for letter in "ab"]
        fields[dialect] = (sources, Proxy(bench.workshop, sources).ready())
    samples = {name: [] for name in ("direct", "C3", "C3-hidden", "C3-cold")}

    def on_demand(proxy):
        if not proxy.list("limit=25", **{"Cache-Control": "no-cache"})["complete"]:
            raise RuntimeError("not complete")

    for turn in range(bench.rounds):
        bench.say(f"slow backends, round {turn + 1} of {bench.rounds}")
        taken = {name: [] for name in samples}
        for _ in range(repeats):
            taken["direct"].append(wall_ms(lambda: direct.get("/huawei-a/v2/images?limit=1000")))
            taken["C3"].append(wall_ms(lambda: on_demand(fields["huawei"][1])))
            taken["C3-hidden"].append(wall_ms(lambda: on_demand(fields["openstack"][1])))
            with cold(bench, cloud, fields["openstack"][0]) as proxy:
                taken["C3-cold"].append(wall_ms(lambda: proxy.list("limit=25")))
        for name, values in taken.items():
            samples[name].append(statistics.median(values))
    for name in ("C3", "C3-hidden", "C3-cold"):
        result = ratio(name, samples[name], samples["direct"])
        result.figures = {"ms": statistics.median(samples[name]),
                          "backend asked directly ms": statistics.median(samples["direct"])}
        yield result


def big_drain(bench):
    images = 2_000 if bench.smoke else 20_000
    cloud = Cloud(bench.workshop)
    sources = [cloud.add("os-big", images)]
    Proxy(bench.workshop, sources).ready().stop()  # so that the stub has rendered its pages
    cpu, memory, stub = {"polyglance": [], "node": []}, {"polyglance": [], "node": []}, []
    for turn in range(bench.rounds):
        bench.say(f"drains of {images} images, round {turn + 1} of {bench.rounds}")
        with cold(bench, cloud, sources) as proxy:
            before = cloud.process.cpu_ns()
            cpu["polyglance"].append(first_answer_cpu_ms(proxy))
            stub.append((cloud.process.cpu_ns() - before) / 1e6)
            memory["polyglance"].append(proxy.process.memory("VmHWM") / (1 << 20))
        node = peers.node(bench.workshop, "aggregator.js", *backend_urls(sources))
        asked_cpu_ms(node)
        memory["node"].append(node.process.memory("VmHWM") / (1 << 20))
        cpu["node"].append(min(asked_cpu_ms(node) for _ in range(3)))  # compiled by now, in its favour
        bench.workshop.end(node.process)
    for row, unit, found in (("C7", "ms", cpu), ("C7-memory", "MiB", memory)):
        result = ratio(row, found["polyglance"], found["node"])
        result.figures = {f"{who} {unit}": statistics.median(values) for who, values in found.items()}
        if row == "C7":
            result.figures["stub backend ms"] = statistics.median(stub)  # far less than either: it holds nobody up
        yield result


def stampede(bench):
    """500 clients at once ask a server that knows nothing: how often is each page of a backend asked for?"""
    clients, images, pages = 500, 5_000, 5
    samples = []
    for turn in range(bench.rounds):
        cloud = Cloud(bench.workshop)
        sources = [cloud.add(f"os-{letter}", images, dialect="huawei") for letter in "ab"]
        cloud.hold(True)
        proxy = Proxy(bench.workshop, sources)
        asked = [socket.create_connection(("127.0.0.1", proxy.port)) for _ in range(clients)]
        for each in asked:
            each.sendall(b"GET /v1/images?limit=1&wait_ms=60000 HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
        cloud.hold(False)
        for each in asked:
            with each, each.makefile("rb") as answer:
                if b'"complete":true' not in answer.read():
                    raise RuntimeError("an answer was not complete")
        samples.append(max(cloud.counts(source["id"])["calls"]["/v2/images"] for source in sources) / pages)
        proxy.stop()
        bench.workshop.end(cloud.process)
    return Result("R2", samples)
