"""What Polyglance promises under load and faults, and how a run is judged."""
import dataclasses
import operator

from table import aligned, with_unit


@dataclasses.dataclass(frozen=True)
class Goal:
    """A bound on one number. What needs an amount of work is only judged in a full run; a time never in a smoke."""
    bound: float
    unit: str = ""
    at_least: bool = False
    amount: bool = False

    def reached(self, value):
        return (operator.ge if self.at_least else operator.le)(value, self.bound)

    def text(self):
        return f"{'>=' if self.at_least else '<='} {with_unit(self.bound, self.unit)}"


@dataclasses.dataclass(frozen=True)
class Figure:
    title: str
    goals: dict  # name -> Goal


def none():
    return Goal(0)


def most(bound, unit=""):
    return Goal(bound, unit)


def least(bound, unit="", amount=False):
    return Goal(bound, unit, at_least=True, amount=amount)


FIGURES = {
    "F1": Figure("one of four clouds hangs, everything is warm", {
        "requests": least(100_000, amount=True), "failed": none(), "p99 over all healthy": most(1.25, "x"),
        "calls to it at once": most(1), "calls to it a minute": most(20)}),
    "F2": Figure("one of four clouds hangs, nothing is warm", {
        "answers": least(1000, amount=True), "not 200, not whole, or silent about it": none(),
        "slowest, of 2 s allowed": most(2.1, "s")}),
    "F3": Figure("all clouds are down", {
        "not 200 and stale, from what Redis has": none(), "slowest from Redis": most(0.5, "s"),
        "not 502, 503 or 504 with nothing to show": none(), "slowest of these": most(2.1, "s")}),
    "F4": Figure("500 first requests at once", {
        "calls a page": most(1), "calls a page, two proxies and one Redis": most(2),
        "calls of a page that fails": most(1), "waiters that did not hear of it": none()}),
    "F5": Figure("many sources of one TTL", {
        "busiest second over the mean": most(3, "x"), "answers with a source that was not fresh": none()}),
    "F6": Figure("clouds that always fail, refreshes forced all the time", {
        "calls over first attempts": most(1.2, "x"), "calls before Retry-After was over": none(),
        "failed answers": none()}),
    "F8": Figure("four times the load that it takes", {
        "goodput over peak": least(0.9, "x"), "p99 over p99 at the peak": most(3, "x"),
        "p99 of refusals": most(10, "ms"), "refusals without Retry-After": none(), "memory grew by": most(64, "MiB"),
        "back to normal after": most(2, "s"), "health and metrics that did not answer": none()}),
    "F9": Figure("1,000 slow clients of six kinds", {
        "good requests failed": none(), "good p99 over p99 without them": most(2, "x"),
        "last one cut, after the header timeout": most(1, "s")}),
    "F12": Figure("the dearest requests and pages", {
        "CPU of the dearest request over a plain list": most(50, "x"),
        "memory that stays, over 16 bytes a byte and 64 KiB": most(1, "x"),
        "peak while a page is read, per byte of it": most(6, "x")}),
    "F14": Figure("planted secrets, everything logged", {
        "secrets in use": least(9), "found in logs, metrics, answers, Redis, command line": none()}),
    "F15": Figure("16 callers with a source each ask in turns, Redis comes and goes", {
        "requests": least(100_000, amount=True), "foreign ids": none(),
        "requests through nginx as a shared cache": least(100_000, amount=True), "foreign ids through it": none(),
        "ETags that two callers had, or one confirmed to another": none(),
        "answers of another kind than is right": none(), "restarts of Redis": least(20, amount=True),
        "answers from a cache that minds only Vary": least(1), "foreign ids when nginx minds nothing": least(1)}),
    "F17": Figure("Redis killed and started again, then frozen, under load", {
        "kills": least(20, amount=True), "failed": none(), "used again after": most(1, "s"),
        "drains a source and shortest interval": most(1), "p99 with it frozen, more than before": most(60, "ms")}),
    "failover": Figure("Redis fails over to a replica by a Sentinel, under load", {
        "failed": none(), "new master used, after the Sentinel names it": most(1, "s")}),
    "F18": Figure("SIGTERM under 64 keep-alive clients", {
        "rounds": least(20, amount=True), "answers cut": none(), "closed under a request": none(),
        "refused within 1 s after it": none(), "exits other than 0": none(), "slowest exit": most(11, "s")}),
    "F19": Figure("kill -9 and a start from Redis", {
        "first whole answer after": most(1, "s"), "calls of clouds": none()}),
    "F21": Figure("soak: clouds fail at random, Redis is restarted", {
        "requests": least(1_000_000, amount=True), "failed": none(), "memory per million requests": Goal(1, "MiB", amount=True),
        "descriptors more than at the start": most(2)}),
    "second-term": Figure("a second SIGTERM while requests are under way", {
        "ends after": most(0.5, "s"), "other exit than 1": none()}),
    "reload": Figure("SIGHUP with good and bad files under load", {
        "failed": none(), "reloads not counted": none(), "calls of a cloud that was removed": none(),
        "sources after a bad file, missing": none()}),
    "files": Figure("more clients than descriptors", {
        "old connections that failed": none(), "CPU while full": most(0.2, "cores"),
        "health that did not answer": none(), "refreshes of clouds that failed": none(),
        "first new answer after": most(1, "s")}),
    "stderr": Figure("nobody reads the log", {
        "failed": none(), "p99 over p99 before": most(1.5, "x"), "lines counted as dropped": least(1),
        "stop takes": most(5, "s")}),
    "leavers": Figure("500 clients that do not wait for their answer", {
        "calls a page": most(1), "connections left 1 s after their wait": none(), "not served afterwards": none()}),
    "neighbour": Figure("other programs compute on the server's core", {
        "answers that were not 200": none(), "slowest, of 1 s allowed": most(2, "s")}),
    "callers": Figure("one caller of 21 asks a hundred times its share", {
        "others refused or failed": none(), "their p99 over p99 without it": most(1.25, "x"),
        "share it got over its limit": most(1.1, "x")}),
    "readers": Figure("64 clients that do not read a large answer", {
        "good requests failed": none(), "memory grew by": most(64, "MiB"),
        "last one cut, after the write timeout": most(1, "s")}),
}


@dataclasses.dataclass
class Outcome:
    """What was reached, by the names of the figure's goals, and the figures behind it."""
    figure: str
    reached: dict
    behind: dict = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        if self.reached.keys() != FIGURES[self.figure].goals.keys():
            raise RuntimeError(f"{self.figure}: {sorted(self.reached)} is not what the figure asks for")

    def verdicts(self, judged):
        """name -> "ok", "MISSED" or "not judged" """
        return {name: "ok" if goal.reached(self.reached[name])
                else "not judged" if goal.amount and judged != "full" or judged == "smoke" and goal.unit
                else "MISSED" for name, goal in FIGURES[self.figure].goals.items()}

    def as_json(self, judged):
        verdicts = self.verdicts(judged)
        return {"figure": self.figure, "title": FIGURES[self.figure].title, "behind": self.behind, "goals": [
            {"name": name, "goal": goal.text(), "reached": self.reached[name], "verdict": verdicts[name]}
            for name, goal in FIGURES[self.figure].goals.items()]}


def as_text(outcomes, judged):
    lines = [("figure", "goal", "", "reached", "verdict")]
    for outcome in outcomes:
        lines.append((outcome.figure, FIGURES[outcome.figure].title, "", "", ""))
        verdicts = outcome.verdicts(judged)
        for name, goal in FIGURES[outcome.figure].goals.items():
            lines.append(("", "  " + name, goal.text(), with_unit(outcome.reached[name], goal.unit), verdicts[name]))
    return aligned(lines)
