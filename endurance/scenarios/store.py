"""F17, F19: what happens to Redis, and what Redis is good for."""
import asyncio
import signal
import statistics
import time

from clients import wait_until
from processes import wait_for
from stage import Stage, load_of, loads_during, metric, page


def connected(proxy):
    return proxy.metrics().get('polyglance_redis{is="connected"}', 0) == 1


def outages(run):
    shortest = 0.5  # seconds between two drains of a source
    stage = Stage(run, redis=True, cache={"ttl": "1s", "min_refresh": f"{int(shortest * 1000)}ms"})
    proxy = stage.proxy().ready()
    target = page(proxy)
    kills, found_again = run.pick(20, 6, 2), []

    async def kill():
        await asyncio.sleep(0.5)
        for _ in range(kills):
            await asyncio.to_thread(stage.redis.kill)
            await wait_until("the loss to be seen", lambda: not connected(proxy))
            await asyncio.sleep(0.2)
            await asyncio.to_thread(stage.redis.start)
            found_again.append(await wait_until("Redis to be used again", lambda: connected(proxy)))
            await asyncio.sleep(0.2)

    drained, began = metric(proxy, "polyglance_drains_total"), time.perf_counter()
    loads = asyncio.run(loads_during(kill(), proxy, target))
    drains = (metric(proxy, "polyglance_drains_total") - drained) / 4 / ((time.perf_counter() - began) / shortest)
    before, frozen = freeze(run, stage, proxy, target)
    return {"kills": kills, "failed": sum(each.failed for each in (*loads, before, frozen)),
            "used again after": max(found_again), "drains a source and shortest interval": drains,
            "p99 with it frozen, more than before": frozen.p99_ms - before.p99_ms}, {
                "requests": sum(each.requests for each in loads),
                "median s until used again": round(statistics.median(found_again), 3),
                "p99 ms frozen": frozen.p99_ms, "p99 ms before": before.p99_ms}


def freeze(run, stage, proxy, target):
    seconds = run.pick(5, 5, 1)
    before = load_of(proxy, target, seconds)
    stage.redis.process.signal(signal.SIGSTOP)
    frozen = load_of(proxy, target, seconds)
    stage.redis.process.signal(signal.SIGCONT)
    return before, frozen


def restarts(run):
    images = run.pick(5000, 5000, 500)
    stage = Stage(run, images=images, redis=True, cache={"ttl": "10m"})
    proxy = stage.proxy().ready()
    wait_for("the snapshots in Redis", lambda: len(stage.redis.keys("polyglance:*:meta")) == 4)
    calls, seconds = stage.calls(), []
    for _ in range(run.pick(10, 4, 1)):
        proxy.process.signal(signal.SIGKILL)
        proxy.process.wait(5)
        began = time.perf_counter()
        proxy = stage.proxy()
        answer = proxy.list("limit=25")
        seconds.append(time.perf_counter() - began)
        if not answer["complete"] or answer["page"]["total"] != 4 * images:
            raise RuntimeError("the first answer was not complete")
    return {"first whole answer after": max(seconds), "calls of clouds": stage.calls() - calls}, {
        "images": 4 * images, "median s": round(statistics.median(seconds), 3)}


SCENARIOS = {"F17": outages, "F19": restarts}
