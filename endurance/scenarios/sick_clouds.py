"""F1, F2, F3, F6: clouds that hang, fail or ask for patience."""
import asyncio
import email.utils
import itertools
import statistics
import sys
import time

from clients import Tally, ask_once
from cloud import Cloud
from processes import wait_for
from stage import HANG, Stage, load_of, metric, page, states


def hung_and_warm(run):
    """Two proxies over the same clouds but for the hung one, asked in turn: so both see the same machine."""
    stage = Stage(run, clouds=5, cache={"ttl": "1s"})
    *healthy, spare, hung = stage.sources
    quiet, proxy = (stage.proxy(sources=[*healthy, fourth]).ready() for fourth in (spare, hung))
    target = page(proxy)
    stage.fault(HANG, hung["id"])
    wait_for("the hang to be felt", lambda: stage.cloud.seen(hung["id"])["most_in_flight"], 30)
    load_of(quiet, target, 1), load_of(proxy, target, 1)
    before, began = stage.calls(hung["id"]), time.monotonic()
    ratios, loads = [], []
    for _ in range(run.pick(7, 3, 1)):
        beside = load_of(quiet, target, run.pick(3, 2, 1))
        loads.append(load_of(proxy, target, run.pick(3, 2, 1)))
        ratios.append(loads[-1].p99_ms / beside.p99_ms)
    minutes = (time.monotonic() - began) / 60
    calls = stage.calls(hung["id"]) - before
    return {"requests": sum(each.requests for each in loads), "failed": sum(each.failed for each in loads),
            "p99 over all healthy": statistics.median(ratios),
            "calls to it at once": stage.cloud.seen(hung["id"])["most_in_flight"],
            "calls to it a minute": calls / max(minutes, 1)}, {
                "p99 ms": statistics.median(each.p99_ms for each in loads),
                "ratios": " ".join(f"{each:.2f}" for each in ratios),
                "requests a second": statistics.median(each.requests / each.seconds for each in loads)}


def hung_and_cold(run):
    stage = Stage(run)
    stage.fault(HANG, "os-3")
    wrong, seconds, answers = 0, [], 0
    for _ in range(run.pick(10, 3, 1)):
        proxy = stage.proxy()
        tally = Tally()
        found = asyncio.run(at_once(proxy.port, 100, "/v1/images?limit=5&fields=name", tally))
        for answer in found:
            whole = (answer is not None and answer.status == 200 and b'"complete":false' in answer.body
                     and sorted(states(answer.headers)) == ["fresh"] * 3 + ["pending"] and b'"total":1500' in answer.body)
            wrong += not whole
        answers += len(found)
        seconds += tally.seconds
        proxy.stop()
    return {"answers": answers, "not 200, not whole, or silent about it": wrong, "slowest, of 2 s allowed": max(seconds)}, {
        "median s": round(statistics.median(seconds), 3)}


def neighbour(run):
    """The core of the server is shared with programs that compute all the time: waits still end when they should."""
    stage = Stage(run)
    stage.fault(HANG, "os-3")
    for _ in range(3):
        run.workshop.start("neighbour", [sys.executable, "-c", "while True: pass"])
    seconds, wrong = [], 0
    for _ in range(run.pick(5, 2, 1)):
        proxy = stage.proxy()
        tally = Tally()
        for answer in asyncio.run(at_once(proxy.port, 20, "/v1/images?limit=5&wait_ms=1000", tally)):
            wrong += not (answer and answer.status == 200 and b'"complete":false' in answer.body)
        seconds += tally.seconds
        proxy.stop()
    return {"answers that were not 200": wrong, "slowest, of 1 s allowed": max(seconds)}, {
        "median s": round(statistics.median(seconds), 3)}


async def at_once(port, clients, target, tally, **headers):
    return await asyncio.gather(*(ask_once(port, target, tally, **headers) for _ in range(clients)))


def all_down(run):
    stage = Stage(run, redis=True, cache={"ttl": "1s", "stale": "24h"})
    first = stage.proxy().ready()
    wait_for("the snapshots in Redis", lambda: len(stage.redis.keys("polyglance:*:meta")) == 4)
    first.stop()
    time.sleep(1.1)  # now they are older than their TTL
    requests = run.pick(1000, 300, 30)
    not_stale, stale_seconds, not_refused, refused_seconds = 0, [], 0, []
    for fault in ({"status": 503}, HANG, {"reset": True}):
        stage.fault(fault)
        proxy = stage.proxy()
        tally = Tally()
        for answer in asyncio.run(at_once(proxy.port, requests // 3, "/v1/images?limit=5", tally)):
            not_stale += not (answer and answer.status == 200 and states(answer.headers) == ["stale"] * 4
                              and answer.body.count(b'"fetched_at":"') == 4 and b'"total":2000' in answer.body)
        stale_seconds += tally.seconds
        proxy.stop()
        nothing = stage.proxy(cache={})
        tally = Tally()
        for answer in asyncio.run(at_once(nothing.port, requests // 3, "/v1/images?limit=5", tally)):
            not_refused += not (answer and answer.status in (502, 503, 504) and b'"images"' not in answer.body)
        refused_seconds += tally.seconds
        nothing.stop()
    return {"not 200 and stale, from what Redis has": not_stale, "slowest from Redis": max(stale_seconds),
            "not 502, 503 or 504 with nothing to show": not_refused, "slowest of these": max(refused_seconds)}, {
                "answers": len(stale_seconds) + len(refused_seconds)}


def always_failing(run):
    """Whatever clients demand, a cloud in trouble is asked about once per back-off, and never before its Retry-After."""
    asked = 5  # seconds
    stage = Stage(run, clouds=6, cache={"ttl": "1s", "min_refresh": "100ms"})
    stage.fault({"status": 500}, "os-0")
    # In a process of its own: a connection that another source keeps alive would be tried first, and then a fresh one.
    broken = Cloud(run.workshop)
    for number, fault in ((1, {"reset": True}), (2, {"cut": True})):
        stage.sources[number] = broken.add(stage.names[number], 500)
        broken.change(stage.names[number], fault=fault)
    stage.fault({"status": 503, "retry_after": str(asked)}, "os-3")
    stage.fault({"status": 429, "retry_after": str(asked)}, "os-4")
    patient = ("os-3", "os-4")
    proxy = stage.proxy()
    sources = itertools.cycle(stage.names)

    async def demand(seconds):
        until, tally = time.monotonic() + seconds, Tally()
        while time.monotonic() < until:
            await asyncio.gather(*(ask_once(proxy.port, f"/v1/images?limit=1&wait_ms=300&source={next(sources)},os-5",
                                            tally, Cache_Control="no-cache") for _ in range(12)))
            await asyncio.sleep(0.02)
            if time.monotonic() > until - seconds / 2:  # the second half with a date
                date = email.utils.formatdate(time.time() + asked, usegmt=True)
                await asyncio.to_thread(stage.fault, {"status": 429, "retry_after": date}, "os-4")
        return tally

    tally = asyncio.run(demand(run.pick(60, 15, 3)))
    early = sum(later - earlier < asked - 1.01 for name in patient  # a date is whole seconds
                for earlier, later in itertools.pairwise(stage.cloud.seen(name)["times"][1:]))  # the first call: which dialect
    drains = {name: sum(count for key, count in proxy.metrics().items()
                        if key.startswith("polyglance_drains_total") and f'source="{name}"' in key)
              for name in stage.names[:5]}
    calls = {name: stage.calls(name) or broken.counts(name)["calls"]["/v2/images"] for name in drains}
    ratio = max(calls[name] / max(drains[name], 1) for name in drains)
    return {"calls over first attempts": ratio, "calls before Retry-After was over": early,
            "failed answers": tally.failed()}, {
                "requests": tally.answers, "drains": " ".join(f"{count:.0f}" for count in drains.values()),
                "calls": " ".join(map(str, calls.values())),
                "retries": metric(proxy, "polyglance_upstream_retries_total")}


SCENARIOS = {"F1": hung_and_warm, "F2": hung_and_cold, "F3": all_down, "F6": always_failing, "neighbour": neighbour}
