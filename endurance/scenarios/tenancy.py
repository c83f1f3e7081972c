"""F15: callers with a source each, who ask for their own and for each other's. Nothing of another's may be in an
answer, whatever stands between: replicas, a Redis that is killed, a cache that all share."""
import asyncio
import collections
import dataclasses
import os
import random
import re

import peers
from clients import Closed, Connection, Cut
from http_client import Client
from processes import wait_for
from stage import CANARY, Stage, tokens_file
from stub_cloud import Source

IMAGES = 40
NAMES = [f"tenant-{number}" for number in range(16)]
# What betrays another's: names of sources, and the ids of their images, which no two of them share.
OWNERS = {name: name for name in NAMES} | {
    Source(name, IMAGES).id_of(number): name for name in NAMES for number in range(IMAGES)}
WORDS = re.compile(r"tenant-\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LIST = "/v1/images?limit=5"

HONEST = ""
# Only Vary is left to keep callers apart ...
NAIVE = "proxy_cache_key $uri$is_args$args; proxy_cache_valid any 10s; proxy_ignore_headers Cache-Control Expires;"
# ... and here nothing is: shows that what is looked for would be found.
DEAF = NAIVE.replace("Expires;", "Expires Vary;")


@dataclasses.dataclass
class Tenant:
    name: str
    token: str
    etag: str = ""
    next: str = ""  # page token
    uids: list = dataclasses.field(default_factory=list)

    def key(self, dice):
        """Both ways to show a token are used all the time."""
        return {"Authorization": "Bearer " + self.token} if dice.random() < 0.5 else {"X_Auth_Token": self.token}

    def learn(self, target, answer):
        """From an answer of its own: what the others will try."""
        if target == LIST:
            self.etag = answer.headers["etag"]
        uids = re.findall(rb'"uid":"([^"]+)"', answer.body)
        self.uids = [uid.decode() for uid in uids] or self.uids
        token = re.search(rb'"next_page_token":"([^"]+)"', answer.body)
        self.next = token.group(1).decode() if token else self.next


# What may be asked: (target, headers, the statuses that are right)
ASKED = {
    "list": lambda me, other: (LIST, {}, (200,)),
    "next page": lambda me, other: (f"{LIST}&page_token={me.next}", {}, (200,)),
    "other list": lambda me, other: (LIST + "&sort=name&fields=uid,name,owner", {}, (200,)),
    "image": lambda me, other: (f"/v1/images/{me.uids[0]}", {}, (200,)),
    "HEAD": lambda me, other: (LIST, {"method": "HEAD"}, (200,)),
    "own ETag": lambda me, other: (LIST, {"If_None_Match": me.etag}, (200, 304)),
    "sources": lambda me, other: ("/v1/sources", {}, (200,)),
    "readiness": lambda me, other: ("/readyz?verbose", {}, (200,)),
    "another's ETag": lambda me, other: (LIST, {"If_None_Match": other.etag}, (200,)),
    "another's page": lambda me, other: (f"{LIST}&page_token={other.next}", {}, (400,)),
    "another's image": lambda me, other: (f"/v1/images/{other.uids[0]}", {}, (404,)),
    "another's source": lambda me, other: (f"/v1/sources/{other.name}", {}, (404,)),
    "another's list": lambda me, other: (f"{LIST}&source={other.name}", {}, (400,)),
    "error": lambda me, other: (f"{LIST}&nosuch=1&source={other.name}", {}, (400,)),
    "no token": lambda me, other: (LIST, {"Authorization": "", "X_Auth_Token": ""}, (401,)),
}


class Findings:
    def __init__(self):
        self.requests = self.foreign = self.confused = self.wrong = self.cached = 0
        self.kinds, self.betrayed, self.etags = collections.Counter(), collections.Counter(), {}

    def judge(self, kind, me, target, answer, right):
        self.requests += 1
        self.kinds[kind] += 1
        self.wrong += answer.status not in right
        self.cached += answer.headers.get("x-cache") == "HIT"
        typed = WORDS.findall(target)
        text = repr(answer.headers) + answer.body.decode()
        foreign = sum(OWNERS.get(word, me.name) != me.name and word not in typed for word in WORDS.findall(text))
        self.foreign += foreign
        self.betrayed[kind] += foreign
        # An ETag names one content: two callers never have the same, nor is another's confirmed.
        etag = answer.headers.get("etag")
        self.confused += kind == "another's ETag" and answer.status == 304
        self.confused += etag is not None and self.etags.setdefault(etag, me.name) != me.name


async def caller(ports, tenants, findings, requests, dice):
    """One connection for all tenants in turn; a new one now and then."""
    connection = None
    while findings.requests < requests:
        me, other = dice.sample(tenants, 2)
        kind = dice.choice(list(ASKED))
        target, headers, right = ASKED[kind](me, other)
        try:
            connection = connection or await Connection.open(dice.choice(ports))
            answer = await connection.ask(target, **{**me.key(dice), **headers})
        except (Closed, Cut):
            findings.wrong += 1
            connection = None
            continue
        findings.judge(kind, me, target, answer, right)
        if kind in ("list", "next page") and answer.status == 200:
            me.learn(target, answer)
        if answer.last or dice.random() < 0.01:
            connection.close()
            connection = None


async def ask(stage, ports, tenants, requests):
    """All of them at once, while Redis comes and goes. (findings, restarts)"""
    findings, dice, restarts = Findings(), random.Random(15), 0
    asking = asyncio.gather(*(caller(ports, tenants, findings, requests, dice) for _ in range(16)))
    while not asking.done():
        await asyncio.to_thread(stage.redis.kill)
        await asyncio.sleep(0.2)
        await asyncio.to_thread(stage.redis.start)
        await asyncio.sleep(0.5)
        restarts += 1
    await asking
    return findings, restarts


def meet(proxy, tenant):
    """Waits for its images, and learns what the others will try."""
    client, key = Client(proxy.port), {"X-Auth-Token": tenant.token}
    wait_for("the images of " + tenant.name, lambda: client.get_json(LIST, key)["complete"])
    found = client.get_json(LIST, key)
    tenant.etag = client.ask("GET", LIST, headers=key)[1]["ETag"]
    tenant.next, tenant.uids = found["page"]["next_page_token"], [image["uid"] for image in found["images"]]


def apart(run):
    tenants = [Tenant(name, f"{CANARY}-{name}-token") for name in NAMES]
    tokens = tokens_file(run, {tenant.name: tenant.token for tenant in tenants}, own=True)
    stage = Stage(run, clouds=len(NAMES), images=IMAGES, prefix="tenant-", redis=True,
                  cache={"ttl": "1s", "min_refresh": "100ms"}, auth={"mode": "tokens", "tokens_file": tokens})
    replicas = [stage.proxy(), stage.proxy()]  # so that what one has read comes to the other through Redis
    for tenant in tenants:
        meet(replicas[0], tenant)
    amount, restarts, found = run.pick(100_000, 15_000, 300), 0, {}

    def cache(operator):
        origin = " ".join(f"server 127.0.0.1:{replica.port};" for replica in replicas)
        template = os.path.join(os.path.dirname(os.path.dirname(__file__)), "shared_cache.conf")
        return [peers.nginx(run.workshop, origin, template, operator=operator).port]

    for name, ports, requests in (("direct", [replica.port for replica in replicas], amount),
                                  ("honest", cache(HONEST), amount // 2), ("naive", cache(NAIVE), amount // 2),
                                  ("deaf", cache(DEAF), 300)):
        found[name], times = asyncio.run(ask(stage, ports, tenants, requests))
        restarts += times
        run.say(f"{name}: {found[name].requests} requests, foreign: {dict(+found[name].betrayed)}")
    direct, honest, naive, deaf = found.values()
    judged = (direct, honest, naive)
    return {"requests": direct.requests, "foreign ids": direct.foreign,
            "requests through nginx as a shared cache": honest.requests + naive.requests,
            "foreign ids through it": honest.foreign + naive.foreign,
            "ETags that two callers had, or one confirmed to another": sum(each.confused for each in judged),
            "answers of another kind than is right": sum(each.wrong for each in judged),
            "restarts of Redis": restarts, "answers from a cache that minds only Vary": naive.cached,
            "foreign ids when nginx minds nothing": deaf.foreign}, {
                "callers": len(tenants), "answers from the honest cache": honest.cached,
                "least often asked": min(sum((each.kinds for each in judged), collections.Counter()).values())}


SCENARIOS = {"F15": apart}
