"""What every scenario stands on: clouds that can be broken, perhaps a Redis, one Polyglance, and secrets to betray."""
import asyncio
import contextlib
import hashlib
import json
import os
import time

import load
from cloud import Cloud
from proxy import Proxy
from redis import Redis
from rows.hot import SIZES, page_of

CANARY = "c4n4ry"  # in every secret given to Polyglance, and nowhere else
SOURCE_TOKEN = CANARY + "-source-token"
HANG = {"hang": True}


def canaries_in(folder):
    """How often a secret stands in a log of that folder."""
    found = 0
    for name in sorted(os.listdir(folder)):
        if name.endswith(".log"):
            with open(os.path.join(folder, name), "rb") as text:
                found += sum(line.count(CANARY.encode()) for line in text)
    return found


class Stage:
    def __init__(self, run, clouds=4, images=500, redis=False, password="", cache=None, prefix="os-", **more):
        self.run, self.workshop = run, run.workshop
        self.cloud = Cloud(run.workshop)
        self.redis = Redis(run.workshop, password) if redis else None
        self.names = [f"{prefix}{number}" for number in range(clouds)]
        self.sources = [{**self.cloud.add(name, images), "auth": {"type": "token", "token": SOURCE_TOKEN}}
                        for name in self.names]
        self.settings = {"cache": {**(self.redis.config() if self.redis else {}), **(cache or {})}, **more}

    def proxy(self, **more):
        """A Polyglance over these clouds."""
        return Proxy(self.workshop, more.pop("sources", self.sources), **{**self.settings, **more})

    def fault(self, fault, *names):
        for name in names or self.names:
            self.cloud.change(name, fault=fault)

    def calls(self, *names):
        """List calls so far."""
        return sum(self.cloud.counts(name)["calls"].get("/v2/images", 0) for name in names or self.names)


def lua(run, request, pause_ms=0):
    """A script for wrk: the body of its function that makes a request, and a pause before each."""
    path = run.workshop.path("load.lua")
    with open(path, "w", encoding="ascii") as out:
        out.write("math.randomseed(os.time() + tonumber(tostring({}):sub(8)))\n"
                  f"request = function() {request} end\n")
        if pause_ms:
            out.write(f"delay = function() return {pause_ms} end\n")
    return path


def tokens_file(run, entries, own=False):
    """A file of tokens that let read everything, or the source of their own name only: {name: token}."""
    path = run.workshop.path("tokens.yaml")
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        json.dump([{"name": name, "sha256": hashlib.sha256(token.encode()).hexdigest(),
                    "sources": [name if own else "*"], "scopes": ["images:read"]} for name, token in entries.items()], out)
    return path


def page(proxy):
    """The target of a page of about 12 KiB."""
    return page_of(proxy, *SIZES["12k"])


def load_of(proxy, target, seconds, connections=64, script=None):
    return load.run(proxy.process, proxy.url(target), seconds, connections, strict=False, script=script)


async def load_beside(proxy, target, seconds, connections=64):
    """wrk, while the loop goes on."""
    return await asyncio.to_thread(load_of, proxy, target, seconds, connections)


async def loads_during(work, proxy, target):
    """One load after the other until `work` is done."""
    loads, working = [], asyncio.ensure_future(work)
    while not working.done():
        loads.append(await load_beside(proxy, target, 2))
    await working
    return loads


def states(headers):
    """The states in a Source-Status header."""
    return [part.split("state=")[1].split(";")[0] for part in headers["source-status"].split(",")]


def metric(proxy, name):
    """The sum of a metric over its labels."""
    return sum(value for key, value in proxy.metrics().items() if key.partition("{")[0] == name)


def log_of(proxy):
    """The log so far, each line read as JSON."""
    for line in proxy.process.output().splitlines():
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def timed(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
