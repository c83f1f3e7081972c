"""F4, F5: many who want the same at the same time."""
import asyncio
import collections
import itertools
import math
import statistics
import time

from clients import Tally, ask_once
from rows import cold
from scenarios.sick_clouds import at_once
from stage import Stage, states


def first_requests(run):
    alone = cold.stampede(run).measured
    both = two_proxies(run)
    stage = Stage(run, clouds=2)
    stage.fault({"status": 500})
    stage.cloud.hold(True)
    proxy = stage.proxy()

    async def all_ask():
        tally = Tally()
        asked = asyncio.ensure_future(at_once(proxy.port, 500, "/v1/images?limit=1&wait_ms=20000", tally))
        await asyncio.sleep(0.5)
        await asyncio.to_thread(stage.cloud.hold, False)
        return await asked

    deaf = sum(answer is None or answer.status != 502 for answer in asyncio.run(all_ask()))
    return {"calls a page": alone, "calls a page, two proxies and one Redis": both,
            "calls of a page that fails": max(stage.calls(name) for name in stage.names),
            "waiters that did not hear of it": deaf}, {}


def two_proxies(run):
    images, pages = 5000, 5
    stage = Stage(run, clouds=2, redis=True)
    stage.sources = [{**stage.cloud.add(name, images, dialect="huawei"), "auth": source["auth"]}
                     for name, source in zip(stage.names, stage.sources, strict=True)]
    stage.cloud.hold(True)
    proxies = [stage.proxy(), stage.proxy()]

    async def all_ask():
        tallies = [Tally(), Tally()]
        asked = [asyncio.ensure_future(at_once(proxy.port, 250, "/v1/images?limit=1&wait_ms=20000", tally))
                 for proxy, tally in zip(proxies, tallies, strict=True)]
        await asyncio.sleep(0.5)
        await asyncio.to_thread(stage.cloud.hold, False)
        for each in asked:
            for answer in await each:
                if answer is None or b'"complete":true' not in answer.body:
                    raise RuntimeError("an answer was not complete")

    asyncio.run(all_ask())
    return max(stage.calls(name) / pages for name in stage.names)


def one_ttl(run):
    """All are read first in one moment; from then on they must not come in herds."""
    ttl = 10
    stage = Stage(run, clouds=run.pick(1000, 200, 40), images=5, cache={"ttl": f"{ttl}s", "min_refresh": "1s"})
    proxy = stage.proxy().ready()
    began = time.time()

    async def watch():
        tally, not_fresh = Tally(), 0
        while time.time() < began + run.pick(45, 25, 12):
            answer = await ask_once(proxy.port, "/v1/images?limit=1", tally)
            not_fresh += set(states(answer.headers)) != {"fresh"}
            await asyncio.sleep(0.2)
        return tally, not_fresh

    tally, not_fresh = asyncio.run(watch())
    ended = math.floor(time.time())
    times = [stage.cloud.seen(name)["times"] for name in stage.names]
    refreshes = [moment for each in times for moment in drains(each) if moment > began]
    seconds = collections.Counter(math.floor(moment) for moment in refreshes)
    first = math.floor(began) + 2
    counts = [seconds[second] for second in range(first + ttl // 2, ended)]
    return {"busiest second over the mean": max(counts) / statistics.mean(counts),
            "answers with a source that was not fresh": not_fresh}, {
                "sources": len(stage.names), "refreshes": len(refreshes), "busiest second": max(counts),
                "answers": tally.answers}


def drains(times):
    """The first call of each refresh: a list and its hidden part come right after each other."""
    return [later for earlier, later in itertools.pairwise([0, *times]) if later - earlier > 0.5]


SCENARIOS = {"F4": first_requests, "F5": one_ttl}
