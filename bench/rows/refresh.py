"""C5, the price of a refresh with nothing changed, and H8: refreshing and what it does to those who ask meanwhile."""
import statistics
import threading
import time

import load
from cloud import Cloud
from http_client import Client
from processes import wait_for
from proxy import Proxy
from rows.hot import SIZES, page_of
from table import Result, ratio

ROWS = ("H8", "C5", "refresh-bytes", "refresh-cpu", "changes-bytes")


def measure(bench, wanted):
    if "H8" in wanted:
        yield under_refresh(bench)
    if {"C5", "refresh-bytes", "refresh-cpu"} & set(wanted):
        yield from (result for result in unchanged_and_changed(bench) if result.row in wanted)
    if "changes-bytes" in wanted:
        yield ordinary(bench)


class Refreshing:
    """While it lasts, a source is read over and over."""

    def __init__(self, proxy, source):
        self.target = f"/v1/sources/{source}:refresh"
        self.client, self.over = Client(proxy.port), threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.over.wait(0.02):
            self.client.ask("POST", self.target)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def pages_read(cloud):
    return cloud.counts("os-big")["calls"]["/v2/images"]


def under_refresh(bench):
    """Every image of the source changes with every refresh: each one publishes a new catalogue and makes the ready
    pages worthless."""
    images = 2_000 if bench.smoke else 20_000
    cloud = Cloud(bench.workshop)
    proxy = Proxy(bench.workshop, [cloud.add("os-a", 500), cloud.add("os-big", images)]).ready()
    target = proxy.url(page_of(proxy, *SIZES["12k"]))
    cloud.change("os-big", touch=images)
    cloud.change("os-big", touch_each_walk=True)
    proxy.refresh("os-big")  # so that the stub has rendered its pages
    seconds = bench.seconds if bench.smoke else 2 * bench.seconds
    load.run(proxy.process, target, 1)
    quiet, busy, rate = [], [], []
    for turn in range(bench.rounds):
        bench.say(f"hot page under refresh, round {turn + 1} of {bench.rounds}")
        quiet.append(load.run(proxy.process, target, seconds))
        with Refreshing(proxy, "os-big"):
            time.sleep(0.3)
            before, began = pages_read(cloud), time.monotonic()
            busy.append(load.run(proxy.process, target, seconds))
            rate.append((pages_read(cloud) - before) / (time.monotonic() - began))
        proxy.refresh("os-big")  # the last one asked for is over
    result = ratio("H8", [each.p99_ms for each in busy], [each.p99_ms for each in quiet])
    result.figures = {"p99 ms": statistics.median(each.p99_ms for each in busy),
                      "p99 without ms": statistics.median(each.p99_ms for each in quiet),
                      "p50 ms": statistics.median(each.p50_ms for each in busy),
                      "p50 without ms": statistics.median(each.p50_ms for each in quiet),
                      "pages of 1,000 read per s": statistics.median(rate)}
    return result


def unchanged_and_changed(bench):
    images = 2_000 if bench.smoke else 20_000
    repeats = 1 if bench.smoke else 3
    cloud = Cloud(bench.workshop)
    proxy = Proxy(bench.workshop, [cloud.add("os-big", images)]).ready()
    cloud.change("os-big", touch=images)
    proxy.refresh("os-big")

    def refresh_cpu_ms():
        before = proxy.process.cpu_ns()
        proxy.refresh("os-big")
        return (proxy.process.cpu_ns() - before) / 1e6

    same, changed, fetched = [], [], []
    for turn in range(bench.rounds):
        bench.say(f"refreshes, round {turn + 1} of {bench.rounds}")
        taken = [[], []]
        for _ in range(repeats):
            cloud.change("os-big", touch=images)
            taken[1].append(refresh_cpu_ms())
            before = cloud.counts("os-big")["bytes"]
            taken[0].append(refresh_cpu_ms())
            fetched.append((cloud.counts("os-big")["bytes"] - before) / images)
        same.append(statistics.median(taken[0]))
        changed.append(statistics.median(taken[1]))
    both = ratio("C5", same, changed)
    both.figures = {"unchanged ms": statistics.median(same), "changed ms": statistics.median(changed), "images": images}
    yield both
    yield Result("refresh-bytes", fetched, {"MB for 60,000 images": statistics.median(fetched) * 60_000 / 1e6})
    yield Result("refresh-cpu", [each * 1e3 / images for each in same])


def ordinary(bench):
    """Refreshes that nobody forces: the backend is asked for what changed."""
    images = 2_000 if bench.smoke else 20_000
    cloud = Cloud(bench.workshop)
    proxy = Proxy(bench.workshop, [cloud.add("os-big", images)],
                  {"ttl": "1s", "stale": "24h", "min_refresh": "100ms"}).ready()

    def refreshes():
        return proxy.metrics().get('polyglance_drains_incremental_total{source="os-big"}', 0)

    samples = []
    for turn in range(bench.rounds):
        bench.say(f"ordinary refreshes, round {turn + 1} of {bench.rounds}")
        before, fetched = refreshes(), cloud.counts("os-big")["bytes"]
        wait_for("two refreshes", lambda: refreshes() >= before + 2, 30)
        samples.append((cloud.counts("os-big")["bytes"] - fetched) / (refreshes() - before))
    return Result("changes-bytes", samples, {"images": images})
