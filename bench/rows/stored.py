"""R1, the start from Redis, and what goes to Redis: what the shared store costs and saves."""
import statistics
import time

import load
from cloud import Cloud
from processes import wait_for
from proxy import Proxy
from redis import Redis
from rows.hot import SIZES, page_of
from table import Result

UNCHANGED = 2  # refreshes with nothing changed
ROWS = ("R1", "start", "redis-unchanged")


def measure(bench, wanted):
    if "R1" in wanted:
        yield request_path(bench)
    if {"start", "redis-unchanged"} & set(wanted):
        yield from (result for result in start(bench) if result.row in wanted)


def request_path(bench):
    """Calls of Redis per request, over hot pages and pages nobody asked for before."""
    cloud, redis = Cloud(bench.workshop), Redis(bench.workshop)
    proxy = Proxy(bench.workshop, [cloud.add("os-a", 500), cloud.add("os-b", 500)], redis.config()).ready()
    target = page_of(proxy, *SIZES["12k"])
    time.sleep(0.5)  # what follows a refresh is over
    samples = []
    for _ in range(bench.rounds):
        before = redis.calls()
        requests = load.run(proxy.process, proxy.url(target), 1).requests
        for size in range(500):
            proxy.client.get(f"/v1/images?limit=7&size_bytes=gte:{size + 500_000_000 + len(samples) * 1000}")
        samples.append((redis.calls() - before) / (requests + 500))
    return Result("R1", samples)


def start(bench):
    """From exec to the first complete answer. A server that gives up on Redis reads its backends: that is counted."""
    images = 5_000 if bench.smoke else 100_000
    cloud, redis = Cloud(bench.workshop), Redis(bench.workshop)
    sources = [cloud.add("os-big", images)]
    empty_bytes = redis.used_bytes()
    bench.say(f"start from Redis with {images} images")
    first = Proxy(bench.workshop, sources, redis.config()).ready()
    wait_for("the snapshot in Redis", lambda: redis.keys("polyglance:*:meta"), 60)  # what is written last
    time.sleep(0.5)  # what follows the save is over
    sent = redis.bytes_moved()[0]
    for _ in range(UNCHANGED):
        first.refresh("os-big")
        time.sleep(0.5)
    unchanged = (redis.bytes_moved()[0] - sent) / UNCHANGED / images
    first.stop()
    stored_bytes = redis.used_bytes() - empty_bytes
    seconds, cpu, given_up = [], [], 0
    for _ in range(bench.rounds):
        began = time.perf_counter()
        proxy = Proxy(bench.workshop, sources, redis.config())
        answer = proxy.list("limit=25")
        seconds.append(time.perf_counter() - began)
        cpu.append(proxy.process.cpu_ns() / 1e6)
        if not answer["complete"] or answer["page"]["total"] != images:
            raise RuntimeError("the first answer was not complete")
        given_up += proxy.metrics().get('polyglance_store_loads_total{source="os-big"}', 0) == 0
        proxy.stop()
    yield Result("start", seconds, {"CPU ms": statistics.median(cpu), "images": images,
                                    "stored bytes per image": stored_bytes / images, "written MB": sent / 1e6,
                                    "starts that gave up on Redis": given_up})
    yield Result("redis-unchanged", [unchanged])

