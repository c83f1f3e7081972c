"""F21: a long time with everything going wrong now and then."""
import asyncio
import itertools
import random
import signal
import time

from clients import Crowd
from processes import wait_for
from stage import HANG, Stage, load_beside, page

FAULTS = (None, None, HANG, {"status": 503}, {"status": 500}, {"reset": True}, {"cut": True}, {"garbage": True},
          {"status": 429, "retry_after": "1"})


async def trouble(stage, over, dice):
    """Breaks and mends clouds, changes images, restarts or stops Redis."""
    for turn in itertools.count():
        if over.is_set():
            return
        name = dice.choice(stage.names)
        await asyncio.to_thread(stage.fault, dice.choice(FAULTS), name)
        await asyncio.to_thread(stage.cloud.change, dice.choice(stage.names), touch=500)
        if turn % 10 == 5:
            await asyncio.to_thread(stage.redis.kill)
            await asyncio.sleep(dice.uniform(0, 0.5))
            await asyncio.to_thread(stage.redis.start)
        elif turn % 10 == 0:
            stage.redis.process.signal(signal.SIGSTOP)
            await asyncio.sleep(dice.uniform(0, 0.5))
            stage.redis.process.signal(signal.SIGCONT)
        await asyncio.sleep(0.3)


def slope(points):
    """Of the straight line nearest to the lowest points: what is there for a moment is no leak."""
    size = max(1, len(points) // 8)
    points = [min(points[at:at + size], key=lambda point: point[1]) for at in range(0, len(points), size)]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def soak(run):
    requests, seconds = run.pick((1_000_000, 90), (100_000, 20), (1_000, 2))
    stage = Stage(run, redis=True, cache={"ttl": "1s", "min_refresh": "100ms", "memory": "8MiB"},
                  query={"walk_grace": "2s"})
    for source in stage.sources:
        source["request_timeout"] = "1s"
    proxy = stage.proxy().ready()
    hot, dice, numbers = page(proxy), random.Random(7), itertools.count()
    proxy.client.connection.close()
    time.sleep(0.5)
    files = proxy.process.files()

    def mixed():
        return dice.choice((hot, "/v1/sources", "/v1/images?limit=1000", f"/v1/images?limit=20&name=contains:{next(numbers)}",
                            "/v1/images?limit=50&sort=name&os.distro=ubuntu", "/readyz?verbose"))

    async def whole():
        loads, memory, over, began = [], [], asyncio.Event(), time.monotonic()
        causing = asyncio.ensure_future(trouble(stage, over, dice))
        async with Crowd(proxy.port, 4, mixed, lambda: 0.005) as tally:
            while time.monotonic() - began < seconds or (sum(each.requests for each in loads) + tally.answers < requests
                                                         and time.monotonic() - began < 3 * seconds):
                loads.append(await load_beside(proxy, hot, 2, connections=16))
                memory.append((sum(each.requests for each in loads) + tally.answers, proxy.process.memory("VmRSS")))
        over.set()
        await causing
        return loads, memory, tally

    loads, memory, tally = asyncio.run(whole())
    stage.fault(None)
    settled = memory[len(memory) // 4:]  # until then caches and allocator fill
    wait_for("descriptors to be closed", lambda: proxy.process.files() <= files + 2, 30, 0.2)
    done = sum(each.requests for each in loads) + tally.answers
    return {"requests": done, "failed": sum(each.failed for each in loads) + tally.failed(),
            "memory per million requests": slope(settled) * 1e6 / (1 << 20),
            "descriptors more than at the start": proxy.process.files() - files}, {
                "descriptors at the start": files, "memory MiB, as it went":
                " ".join(str(bytes_ >> 20) for _, bytes_ in memory[::max(1, len(memory) // 12)])}


SCENARIOS = {"F21": soak}
