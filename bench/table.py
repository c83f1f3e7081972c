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


GOALS = {
    "H1": Goal("hot list of 12 KiB, CPU over nginx cache HIT", must=0.85, aim=0.70),
    "H2": Goal("hot list of 1 KiB, CPU over nginx cache HIT", must=0.75, aim=0.62),
    "H3": Goal("hot list of 120 KiB, CPU over nginx cache HIT", must=1.8, aim=1.4),
    "H4": Goal("hot list of 120 KiB as gzip, CPU over nginx plain HIT", must=0.75, aim=0.55),
    "H5": Goal("304 of the 12 KiB list, CPU over nginx 304", must=1.0, aim=0.8),
    "H6": Goal("hot list of 12 KiB, CPU over a Node in-memory cache", must=0.45, aim=0.35),
    "allocations": Goal("allocations per hot request of 12 KiB", "", must=None, aim=2),
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


def columns(results):
    """The cells of the table, heading first."""
    lines = [("row", "goal", "must", "aim", "measured", "spread", "verdict")]
    for result in results:
        goal = result.goal
        lines.append((result.row, goal.title, with_unit(goal.must, goal.unit), with_unit(goal.aim, goal.unit),
                      with_unit(result.measured, goal.unit),
                      f"{number(min(result.samples))} to {number(max(result.samples))}", result.verdict()))
    return lines


def behind(result):
    """The figures behind a row, on one line."""
    return ", ".join(f"{name} {number(value) if isinstance(value, (int, float)) else value}"
                     for name, value in result.figures.items())


def as_text(results):
    lines = columns(results)
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    out = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    return "\n".join(out)
