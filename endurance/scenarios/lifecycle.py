"""F18, second-term, reload: stopping and changing under load."""
import asyncio
import random
import signal
import time

from clients import Crowd, Tally, ask_once
from http_client import Client
from processes import wait_for
from stage import Stage, metric


def stops(run):
    stage = Stage(run, clouds=2, server={"drain_delay": "1s"})
    rounds = run.pick(20, 4, 1)
    cut = closed = refused = wrong = 0
    seconds, answers = [], 0
    for _ in range(rounds):
        tally, fresh, code, took = asyncio.run(one_stop(stage.proxy().ready()))
        cut += tally.cut + fresh.cut
        closed += tally.closed + fresh.closed
        refused += tally.refused + fresh.refused
        wrong += code != 0
        seconds.append(took)
        answers += tally.answers + fresh.answers
    return {"rounds": rounds, "answers cut": cut, "closed under a request": closed,
            "refused within 1 s after it": refused, "exits other than 0": wrong, "slowest exit": max(seconds)}, {
                "answers": answers}


async def one_stop(proxy):
    """64 clients that leave when they are told so, and one that connects anew all the time."""
    proxy.client.connection.close()
    fresh = Tally()
    async with Crowd(proxy.port, 64, lambda: "/v1/images?limit=10", lambda: random.uniform(0, 0.02)) as tally:
        await asyncio.sleep(0.3)
        proxy.process.signal(signal.SIGTERM)
        began = time.perf_counter()
        while time.perf_counter() - began < 0.95:
            await ask_once(proxy.port, "/v1/images?limit=1", fresh)
            await asyncio.sleep(0.01)
        code = await asyncio.to_thread(proxy.process.wait, 20)
        took = time.perf_counter() - began
    return tally, fresh, code, took


def second_term(run):
    stage = Stage(run, clouds=1, server={"drain_delay": "1s"})
    slowest = wrong = 0
    for _ in range(run.pick(5, 2, 1)):
        stage.cloud.hold(True)
        proxy = stage.proxy()

        async def impatient(proxy=proxy):
            waiting = asyncio.ensure_future(ask_once(proxy.port, "/v1/images?wait_ms=30000", Tally()))
            await asyncio.sleep(0.2)
            proxy.process.signal(signal.SIGTERM)
            await asyncio.to_thread(wait_for, "the first to be seen", lambda: '"stopping"' in proxy.process.output())
            proxy.process.signal(signal.SIGTERM)
            began = time.perf_counter()
            code = await asyncio.to_thread(proxy.process.wait, 15)
            took = time.perf_counter() - began
            await waiting
            return code, took

        code, took = asyncio.run(impatient())
        slowest, wrong = max(slowest, took), wrong + (code != 1)
        stage.cloud.hold(False)
    return {"ends after": slowest, "other exit than 1": wrong}, {}


def reloads(run):
    stage = Stage(run, cache={"ttl": "1s", "min_refresh": "100ms"})
    proxy = stage.proxy().ready()
    good = proxy.config
    fewer = {**good, "sources": good["sources"][:-1]}
    removed = good["sources"][-1]["id"]
    rounds, late_calls, missing = run.pick(20, 6, 1), 0, 0

    def reload(config, outcome):
        name = f'polyglance_config_reloads_total{{outcome="{outcome}"}}'
        before = proxy.metrics().get(name, 0)
        proxy.write_config(config)
        proxy.process.signal(signal.SIGHUP)
        wait_for("the reload", lambda: proxy.metrics().get(name, 0) > before)

    def change():
        nonlocal late_calls, missing
        admin = Client(proxy.port)
        for _ in range(rounds):
            reload(fewer, "succeeded")
            wait_for("the reload to be through", lambda: len(admin.get_json("/v1/sources")["sources"]) == 3)
            calls = stage.calls(removed)
            time.sleep(0.3)
            late_calls += stage.calls(removed) - calls
            reload({**fewer, "sources": [{"id": "NOT GOOD"}]}, "failed")
            missing += 3 - len(admin.get_json("/v1/sources")["sources"])
            reload(good, "succeeded")

    async def under_load():
        async with Crowd(proxy.port, 16, lambda: "/v1/images?limit=10", lambda: 0.002) as tally:
            await asyncio.to_thread(change)
        return tally

    tally = asyncio.run(under_load())
    uncounted = 3 * rounds - metric(proxy, "polyglance_config_reloads_total")
    return {"failed": tally.failed(), "reloads not counted": uncounted, "calls of a cloud that was removed": late_calls,
            "sources after a bad file, missing": missing}, {"requests": tally.answers, "reloads": 3 * rounds}


SCENARIOS = {"F18": stops, "second-term": second_term, "reload": reloads}
