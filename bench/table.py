"""The rows of the bench: what each one promises, and what was measured."""
import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Goal:
    """What a row measures. Smaller is better everywhere; without `must` a row only informs."""
    title: str
    unit: str = "x"  # x = ratio
    must: float | None = None
    aim: float | None = None


PROVIDERS = ("nova", "glance", "cloudimages", "batchcompute")

GOALS = {
    "H1": Goal("hot list of 12 KiB, CPU over nginx cache HIT", must=0.85, aim=0.70),
    "H2": Goal("hot list of 1 KiB, CPU over nginx cache HIT", must=0.75, aim=0.62),
    "H3": Goal("hot list of 120 KiB, CPU over nginx cache HIT", must=1.8, aim=1.4),
    "H4": Goal("hot list of 120 KiB as gzip, CPU over nginx plain HIT", must=0.75, aim=0.55),
    "H5": Goal("304 of the 12 KiB list, CPU over nginx 304", must=1.0, aim=0.8),
    "H6": Goal("hot list of 12 KiB, CPU over a Node in-memory cache", must=0.45, aim=0.35),
    "H8": Goal("hot p99 while a source of 20,000 images refreshes, over p99 without", must=1.4, aim=1.15),
    "C1": Goal("first answer from 2 cold backends of 500 images, CPU over Node", must=0.45, aim=0.30),
    "C3": Goal("2 slow backends (50 ms) read anew for an answer, time over one asked directly", must=1.10, aim=1.06),
    "C3-hidden": Goal("the same, where hidden images are a second list (OpenStack)"),
    "C3-cold": Goal("the same from a cold start: discovery and both lists"),
    "C5": Goal("refresh of 20,000 unchanged images, CPU over changed ones", must=0.6, aim=0.4),
    "C6": Goal("reading a Glance image, CPU over bare Boost.JSON extraction", must=1.8, aim=1.4),
    "C7": Goal("drain of 20,000 images, CPU over Node", must=0.40, aim=0.25),
    "C7-memory": Goal("drain of 20,000 images, peak memory over Node", must=0.25, aim=0.15),
    "M1": Goal("resident bytes per image at 100,000 images, every index made", "B", must=1200, aim=600),
    "Q1": Goal("uncached query of 100,000 images, any filters, sort, cursor, with total, p99", "us", must=100, aim=25),
    "Q1-substring": Goal("the same with a search inside names, p99", "us", must=1000, aim=400),
    "slices": Goal("longest hold-up of refreshing by a hostile page", "ms", must=50),
    "Q2": Goal("query of 1,000,000 images over one of 20,000, p50", must=8, aim=4),
    "R1": Goal("Redis calls per request", "", must=0, aim=0),
    "R2": Goal("calls per backend page for 500 first requests at once", "", must=1, aim=1),
    "start": Goal("from exec to the first complete answer, 100,000 images from Redis", "s", aim=1),
    "changes-bytes": Goal("fetched by an ordinary refresh with nothing changed, whatever the number of images", "B"),
    "refresh-bytes": Goal("fetched by a refresh of the whole list with nothing changed, per image", "B"),
    "refresh-cpu": Goal("CPU of a refresh of the whole list with nothing changed, per image", "us"),
    "redis-unchanged": Goal("sent to Redis by a refresh with nothing changed, per image", "B"),
    "allocations": Goal("allocations per hot request of 12 KiB", "", aim=2),
    **{f"decode-{provider}": Goal(f"reading a page of {provider}, per image", "us") for provider in PROVIDERS},
    **{f"encode-{provider}": Goal(f"writing a page of {provider}, per image", "us") for provider in PROVIDERS},
    "token-prefix": Goal("|t| of the times of wrong tokens, half of one right or none", "", must=4.5),
    "token-digest": Goal("the same, all of its digest right but a digit or none", "", must=4.5),
    "build": Goal("building a snapshot of 20,000 images, per image", "us"),
    "merge-4": Goal("a page of 25 out of 4 sources, merged and joined", "us"),
    "merge-64": Goal("the same out of 64 sources", "us"),
}


@dataclasses.dataclass
class Result:
    """What one row measured: one sample per round, and the figures behind them by name (medians)."""
    row: str
    samples: list
    figures: dict = dataclasses.field(default_factory=dict)

    @property
    def goal(self):
        return GOALS[self.row]

    @property
    def measured(self):
        return statistics.median(self.samples)

    def verdict(self):
        goal = self.goal
        if goal.must is None and goal.aim is None:
            return ""
        if goal.aim is not None and self.measured <= goal.aim:
            return "aim"
        if goal.must is None:
            return "above aim"
        return "must" if self.measured <= goal.must else "MISSED"

    def as_json(self):
        return {"row": self.row, **dataclasses.asdict(self.goal), "measured": self.measured, "samples": self.samples,
                "verdict": self.verdict(), "figures": self.figures}


def ratio(name, above, below, scale=1.0):
    """The row of pairs measured in the same round."""
    return Result(name, [a / b * scale for a, b in zip(above, below, strict=True)])


def number(value):
    """Three digits, without exponents."""
    if value is None:
        return ""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.01 else f"{value:.4f}"


def with_unit(value, unit):
    if value is None:
        return ""
    return number(value) + ("" if unit in ("x", "") else " " + unit)


def columns(results, judged):
    """The cells of the table, heading first; verdicts only where there is something to judge."""
    lines = [("row", "goal", "must", "aim", "measured", "spread", "verdict")]
    for result in results:
        goal = result.goal
        lines.append((result.row, goal.title, with_unit(goal.must, goal.unit), with_unit(goal.aim, goal.unit),
                      with_unit(result.measured, goal.unit),
                      f"{number(min(result.samples))} to {number(max(result.samples))}",
                      result.verdict() if judged else "not judged"))
    return lines


def behind(result):
    """The figures behind a row, on one line."""
    return ", ".join(f"{name} {number(value) if isinstance(value, (int, float)) else value}"
                     for name, value in result.figures.items())


def aligned(lines):
    lines = [list(line) for line in lines]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def as_text(results, judged=True):
    return aligned(columns(results, judged))
