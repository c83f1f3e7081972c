"""The bench of Polyglance; started by `./dev bench`, which builds first. README.md says how to read it."""
import argparse
import json
import os
import signal
import sys
import time

import docs
import growth
import machine
import table
from processes import CLIENT_CORE, Workshop
from rows import cold, hot, memory, micro, refresh, stored

HERE = os.path.dirname(os.path.abspath(__file__))
GROUPS = (hot, refresh, cold, stored, memory, micro)


class Bench:
    """What the rows need to know about this run."""

    def __init__(self, workshop, options):
        self.workshop = workshop
        self.smoke = options.smoke
        self.rounds = 1 if options.smoke else 3 if options.quick else 5
        self.seconds = 1 if options.smoke or options.quick else 2

    def say(self, text):
        print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures Polyglance against its goals.")
    parser.add_argument("--quick", action="store_true", help="three rounds instead of five")
    parser.add_argument("--smoke", action="store_true", help="one tiny round: shows that every row runs, judges nothing")
    parser.add_argument("--growth", action="store_true", help="the growth curves instead of the rows")
    parser.add_argument("--write-docs", action="store_true",
                        help="rows and growth in one run, and docs/performance.md from it")
    parser.add_argument("--only", default="", metavar="ROW,...", help="only these rows: " + " ".join(table.GOALS))
    options = parser.parse_args()
    options.rows = options.only.split(",") if options.only else [] if options.growth else list(table.GOALS)
    if options.write_docs and (options.smoke or options.only):
        parser.error("--write-docs needs all rows, measured in earnest")
    unknown = [row for row in options.rows if row not in table.GOALS]
    if unknown:
        parser.error(f"no such row: {' '.join(unknown)}; there are {' '.join(table.GOALS)}")
    return options


def measure(options):
    results = []
    for group in GROUPS:
        wanted = [row for row in group.ROWS if row in options.rows]
        if not wanted:
            continue
        with Workshop() as workshop:  # nothing of one group lives on beside the next
            results += group.measure(Bench(workshop, options), wanted)
    return sorted(results, key=lambda result: list(table.GOALS).index(result.row))


def keep(run):
    os.makedirs(os.path.join(HERE, "results"), exist_ok=True)
    path = os.path.join(HERE, "results", time.strftime("%Y%m%d-%H%M%S.json"))
    with open(path, "w", encoding="utf-8") as out:
        json.dump(run, out, indent=1)
    return os.path.relpath(path)


def show(results, curves, judged):
    if results:
        print(table.as_text(results, judged), end="\n\n")
    for result in results:
        if result.figures:
            print(f"{result.row}: {table.behind(result)}")
    for points in curves.values():
        print("\n" + table.aligned([list(points[0]), *[map(table.number, point.values()) for point in points]]))


def main():
    options = arguments()
    shape = machine.shape()  # before pinning: it counts the cores
    os.sched_setaffinity(0, {CLIENT_CORE})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything started is ended
    began = time.monotonic()
    results = measure(options)
    curves = growth.measure(lambda workshop: Bench(workshop, options)) if options.growth or options.write_docs else {}
    run = {"machine": shape, "rounds": Bench(None, options).rounds,
           "seconds_taken": round(time.monotonic() - began), "rows": [result.as_json() for result in results],
           "growth": curves}
    show(results, curves, judged=not options.smoke)
    print("\nwritten to", keep(run))
    missing = set(options.rows) - {result.row for result in results}
    if missing:
        sys.exit(f"rows without a figure: {' '.join(sorted(missing))}")
    if options.write_docs:
        docs.write(run)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
