"""failover: a Sentinel makes a replica the master, under load and writes."""
import asyncio
import signal
import statistics
import time

from processes import wait_for
from redis import Redis, Sentinel
from stage import Stage, loads_during, page


def kill(master):
    master.process.signal(signal.SIGKILL)


def freeze(master):
    master.process.signal(signal.SIGSTOP)


def time_until_used(redis):
    """How long until it is read from and written to, from now on."""
    began = time.perf_counter()
    before = [redis.calls(name) for name in ("strlen", "set")]
    wait_for("Redis to be used", lambda: redis.calls("strlen") > before[0] and redis.calls("set") > before[1])
    return time.perf_counter() - began


def fail_over(run, lose):
    """Seconds until Redis is read from and written to: at a moment before, after the promotion, after the Sentinel names
    the new master, after the loss of the old one; and the loads."""
    master = Redis(run.workshop)
    replica = Redis(run.workshop, master=master)
    wait_for("the replica", lambda: replica.role() == "slave")
    sentinel = Sentinel(run.workshop, master=master)
    wait_for("the Sentinel to know it", lambda: sentinel.replicas() == 1)
    stage = Stage(run, cache={**sentinel.config(), "ttl": "100ms", "min_refresh": "10ms", "stale": "1h"})
    proxy = stage.proxy().ready()
    seconds = []

    def watch():
        seconds.append(time_until_used(master))
        lost = time.perf_counter()
        lose(master)
        wait_for("the promotion", lambda: replica.role() == "master")
        promoted = time.perf_counter()
        wait_for("the Sentinel's word", lambda: sentinel.master_port() == replica.port)
        told = time.perf_counter()
        time_until_used(replica)
        end = time.perf_counter()
        seconds.extend((end - promoted, end - told, end - lost))

    loads = asyncio.run(loads_during(asyncio.to_thread(watch), proxy, page(proxy)))
    proxy.stop()
    master.process.signal(signal.SIGCONT)
    for process in (sentinel, replica, master):
        run.workshop.end(process.process)
    return *seconds, loads


def failovers(run):
    before, promoted, told, lost, failed, requests = [], [], [], [], 0, 0
    for lose in (kill, freeze):
        for _ in range(run.pick(5, 2, 1)):
            usual, since_promoted, since_told, since_lost, loads = fail_over(run, lose)
            before.append(usual)
            promoted.append(since_promoted)
            told.append(since_told)
            lost.append(since_lost)
            failed += sum(load.failed for load in loads)
            requests += sum(load.requests for load in loads)
    return {"failed": failed, "new master used, after the Sentinel names it": max(told)}, {
        "failovers": len(told), "requests": requests, "median s": round(statistics.median(told), 3),
        "s until used at any other moment": [round(min(before), 2), round(max(before), 2)],
        # A Sentinel sees once a second that the replica has obeyed.
        "s after the promotion": [round(min(promoted), 2), round(max(promoted), 2)],
        "s after the loss": [round(min(lost), 2), round(max(lost), 2)]}


SCENARIOS = {"failover": failovers}
