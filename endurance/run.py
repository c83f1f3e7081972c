"""What Polyglance goes through and lives; started by `./dev endure`, which builds first. README.md tells more."""
import argparse
import json
import os
import resource
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(1, os.path.join(ROOT, "bench"))  # what starts, loads and measures is the bench's

import figures  # noqa: E402
import stage  # noqa: E402
from processes import CLIENT_CORE, Workshop  # noqa: E402
from scenarios import (failover, limits, lifecycle, overload, secrets, sick_clouds, soak, stampedes,  # noqa: E402
                       store, tenancy)  # noqa: E402

GROUPS = (sick_clouds, stampedes, overload, limits, store, failover, tenancy, lifecycle, secrets, soak)
SCENARIOS = {name: scenario for group in GROUPS for name, scenario in group.SCENARIOS.items()}


class Run:
    """What the scenarios need to know: where to start processes, and how much time there is."""

    def __init__(self, workshop, size):
        self.workshop, self.size = workshop, size
        # As rows of the bench see it.
        self.smoke, self.rounds, self.seconds = size == "smoke", 1, 1

    def pick(self, full, quick, smoke):
        return {"full": full, "quick": quick, "smoke": smoke}[self.size]

    def say(self, text):
        print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="./dev endure", description="Faults and load against the promises.")
    parser.add_argument("--quick", action="store_true", help="a third of the time, smaller amounts")
    parser.add_argument("--smoke", action="store_true", help="a few, seconds each: shows that it runs, judges no time")
    parser.add_argument("--only", default="", metavar="FIGURE,...", help="only these: " + " ".join(figures.FIGURES))
    options = parser.parse_args()
    options.figures = options.only.split(",") if options.only else list(figures.FIGURES)
    options.size = "smoke" if options.smoke else "quick" if options.quick else "full"
    unknown = [name for name in options.figures if name not in figures.FIGURES]
    if unknown:
        parser.error(f"no such figure: {' '.join(unknown)}; there are {' '.join(figures.FIGURES)}")
    if options.smoke and not options.only:
        options.figures = [name for name in options.figures if name in SMOKE]
    return options


# Short enough to show in seconds that the whole machinery works.
SMOKE = ("F4", "F14", "F15", "F17", "F18", "F19", "second-term", "reload", "files")


def play(options):
    outcomes, betrayed, broken = [], 0, []
    for name in options.figures:
        began = time.monotonic()
        print(f"  {time.strftime('%H:%M:%S')} {name}: {figures.FIGURES[name].title}", file=sys.stderr, flush=True)
        with Workshop() as workshop:  # nothing of one scenario lives on beside the next
            try:
                outcome = figures.Outcome(name, *SCENARIOS[name](Run(workshop, options.size)))
                outcome.behind["seconds"] = round(time.monotonic() - began, 1)
                outcome.behind["load average"] = round(os.getloadavg()[0], 2)
                outcomes.append(outcome)
            except Exception as error:  # whatever it was, the others are still worth knowing
                broken.append(f"{name}: {type(error).__name__}: {error}")
                print(broken[-1], file=sys.stderr)
            betrayed += stage.canaries_in(workshop.folder)
    for outcome in outcomes:
        if outcome.figure == "F14":  # the logs of all scenarios count
            outcome.reached["found in logs, metrics, answers, Redis, command line"] += betrayed
    return outcomes, broken, betrayed


def keep(run):
    path = os.path.join(ROOT, "build", "endurance.json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        json.dump(run, out, indent=1)
    return os.path.relpath(path)


def main():
    options = arguments()
    cores = len(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {CLIENT_CORE})
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything started is ended
    began = time.monotonic()
    outcomes, broken, betrayed = play(options)
    took = round(time.monotonic() - began)
    print(figures.as_text(outcomes, options.size), end="\n\n")
    for outcome in outcomes:
        print(f"{outcome.figure}: " + ", ".join(f"{name} {value}" for name, value in outcome.behind.items()))
    path = keep({"size": options.size, "cores": cores, "seconds": took, "secrets in logs": betrayed, "broken": broken,
                 "figures": [outcome.as_json(options.size) for outcome in outcomes]})
    missed = [f"{outcome.figure}, {name}" for outcome in outcomes
              for name, verdict in outcome.verdicts(options.size).items() if verdict == "MISSED"]
    print(f"\n{took} s; written to {path}")
    for text in (*broken, *(f"missed: {name}" for name in missed)):
        print(text)
    if betrayed:
        print(f"secrets in logs: {betrayed}")
    sys.exit(1 if broken or missed or betrayed else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
