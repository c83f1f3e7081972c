"""F14: every kind of secret is in use, everything is logged, and nothing shows."""
import signal
import time

from http_client import Client
from processes import wait_for
from stage import CANARY, SOURCE_TOKEN, Stage, canaries_in, tokens_file

NAMES = ("password", "issued-token", "access-key", "secret-key", "security-token", "redis", "cursor-key", "caller",
         "guess", "query")
SECRETS = {"source-token": SOURCE_TOKEN, **{name: f"{CANARY}-{name}-of-at-least-32-bytes-length" for name in NAMES}}


def sources(stage):
    with_token, with_password, with_keys, broken = stage.sources
    identity = stage.cloud.add("identity", 0, issues=SECRETS["issued-token"])["endpoint"]
    return [with_token, broken,
            {**with_password, "auth": {
                "type": "password", "auth_url": identity + "/v3", "username": "u", "user_domain_name": "Default",
                "password": SECRETS["password"], "project_name": "p", "project_domain_name": "Default"}},
            {**with_keys, "auth": {"type": "aksk", "access_key": SECRETS["access-key"], "project_id": "p",
                                   "secret_key": SECRETS["secret-key"], "security_token": SECRETS["security-token"]}}]


def planted(run):
    stage = Stage(run, images=50, redis=True, password=SECRETS["redis"], cache={"ttl": "1s", "min_refresh": "50ms"})
    tokens = tokens_file(run, {"me": SECRETS["caller"]})
    proxy = stage.proxy(sources=sources(stage), log={"level": "trace"}, query={"cursor_key": SECRETS["cursor-key"]},
                        auth={"mode": "tokens", "tokens_file": tokens})
    me = {"Authorization": "Bearer " + SECRETS["caller"]}
    every = "/v1/images?limit=3&wait_ms=20000"
    page = wait_for("a whole list", lambda: (found := proxy.client.get_json(every, me))["complete"] and found)
    redis_keys = wait_for("something in Redis", lambda: stage.redis.keys("polyglance:*:meta") and stage.redis.keys("*"))
    # A cloud that repeats what it was given, in answers that fail in all ways.
    for status in (400, 401, 403, 404, 500, 503):
        stage.fault({"status": status, "echo": True}, "os-3", "os-1")
        wait_for("the fault to show", lambda: any(
            source["error"] for source in proxy.client.get_json("/v1/images", {**me, "Cache-Control": "no-cache"})["sources"]))
    admin = Client(proxy.admin_port)
    guesses = ({"Authorization": "Bearer " + SECRETS["guess"]}, {"X-Auth-Token": SECRETS["guess"]},
               {**me, "X-Auth-Token": SECRETS["guess"]})
    answers = [ask(proxy.client, every, headers) for headers in (me, {}, *guesses)]
    answers += [ask(proxy.client, target, me) for target in (
        f"/v1/images?access_token={SECRETS['query']}", f"/v1/images?name={SECRETS['query']}&nope=1",
        "/v1/images/" + page["images"][0]["uid"], "/v1/images/os-0~none", "/v1/sources", "/v1/providers", "/nowhere",
        "/readyz?verbose", "/openapi.json", page["links"]["next"], page["links"]["next"] + "x")]
    answers += [ask(admin, target, {}) for target in ("/metrics", "/debug/config", "/readyz?verbose", "/nowhere")]
    answers += [key.encode() + b" " + stage.redis.get(key) for key in redis_keys]
    with open(f"/proc/{proxy.process.pid}/cmdline", "rb") as command:
        answers.append(command.read())
    time.sleep(0.5)  # the log is written in batches
    proxy.process.signal(signal.SIGABRT)  # last words of a crash
    proxy.process.wait(5)
    with open(run.workshop.path("answers.log"), "wb") as out:
        out.write(b"\n".join(answers))
    return {"secrets in use": len(SECRETS), "found in logs, metrics, answers, Redis, command line": 0}, {
        "in this scenario": canaries_in(run.workshop.folder), "bytes of log": len(proxy.process.output())}


def ask(client, target, headers):
    """Head and body, whatever the status. What the request itself said may come back in `self` links: left out."""
    client.connection.request("GET", target, None, headers)
    answer = client.connection.getresponse()
    return str(answer.headers).encode() + answer.read().replace(SECRETS["query"].encode(), b"")


SCENARIOS = {"F14": planted}
