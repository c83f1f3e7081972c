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


def wait_for_use(redis):
    """Until it is read from and written to from now on."""
    before = [redis.calls(name) for name in ("strlen", "set")]
    wait_for("Redis to be used", lambda: redis.calls("strlen") > before[0] and redis.calls("set") > before[1])


def fail_over(run, lose):
    """(seconds from the promotion until it is read from and written to, from when the Sentinel says so, from the loss;
    loads)"""
    master = Redis(run.workshop)
    replica = Redis(run.workshop, master=master)
    wait_for("the replica", lambda: replica.role() == "slave")
    sentinel = Sentinel(run.workshop, master=master)
    wait_for("the Sentinel to know it", lambda: sentinel.replicas() == 1)
    stage = Stage(run, cache={**sentinel.config(), "ttl": "100ms", "min_refresh": "10ms", "stale": "1h"})
    proxy = stage.proxy().ready()
    seconds = []

    def watch():
        wait_for_use(master)
        lost = time.perf_counter()
        lose(master)
        wait_for("the promotion", lambda: replica.role() == "master")
        promoted = time.perf_counter()
        wait_for("the Sentinel's word", lambda: sentinel.master_port() == replica.port)
        told = time.perf_counter()
        wait_for_use(replica)
        end = time.perf_counter()
        seconds.extend((end - promoted, end - told, end - lost))

    loads = asyncio.run(loads_during(asyncio.to_thread(watch), proxy, page(proxy)))
    proxy.stop()
    master.process.signal(signal.SIGCONT)
    for process in (sentinel, replica, master):
        run.workshop.end(process.process)
    return *seconds, loads


def failovers(run):
    promoted, told, lost, failed, requests = [], [], [], 0, 0
    for lose in (kill, freeze):
        for _ in range(run.pick(10, 3, 1)):
            since_promoted, since_told, since_lost, loads = fail_over(run, lose)
            run.say(f"{lose.__name__}: {since_promoted:.2f} {since_told:.2f} {since_lost:.2f} s")
            promoted.append(since_promoted)
            told.append(since_told)
            lost.append(since_lost)
            failed += sum(load.failed for load in loads)
            requests += sum(load.requests for load in loads)
    return {"failed": failed, "new master used, after the Sentinel names it": max(told)}, {
        "failovers": len(told), "requests": requests, "median s": round(statistics.median(told), 3),
        # A Sentinel sees once a second that the replica has obeyed.
        "s after the promotion": [round(min(promoted), 2), round(max(promoted), 2)],
        "s after the loss": [round(min(lost), 2), round(max(lost), 2)]}


SCENARIOS = {"failover": failovers}
