#!/usr/bin/env python3
"""Compares docs/cases.md with the tests that there are: every test it names must exist. Exit 1 when one does not.

Usage: cases.py <docs/cases.md> <build folder>
A table whose last column is headed "Test" lists cases. Each name there stands in backticks, is that of a test of ctest,
and may hold `*` for any run of characters; or it is a row of endurance or of the bench, as in "./dev endure: F9". A case
without any says "open:" or "none:" and why.
"""
import json
import os
import re
import subprocess
import sys


def cells(line):
    """The cells of one line of a table; none for another line."""
    parts = re.split(r"(?<!\\)\|", line.strip())
    return [part.strip() for part in parts[1:-1]] if len(parts) > 2 and not parts[0] else []


def rows(text):
    """Line number and cells of every case."""
    listing = False
    for number, line in enumerate(text.splitlines(), start=1):
        row = cells(line)
        if not row:
            listing = False
        elif row[-1] == "Test":
            listing = True
        elif listing and not set("".join(row)) <= set("-: "):
            yield number, row


def tests_of(folder):
    """Names of all tests. What gtest adds to that of a parametrized one is left out."""
    listed = subprocess.run(["ctest", "--show-only=json-v1"], cwd=folder, check=True, capture_output=True, text=True)
    return [re.sub(r"\s+# GetParam\(\).*", "", test["name"], flags=re.DOTALL) for test in json.loads(listed.stdout)["tests"]]


def rows_of(*path):
    """Names in the table of goals that the file at that path, from the root, holds."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", *path), encoding="utf-8") as file:
        return set(re.findall(r'^    "([^"]+)": (?:Figure|Goal)\(', file.read(), re.MULTILINE))


def faults(text, tests):
    """What is wrong with the document, line by line."""
    known = "\n".join(tests)
    rows_by = {"endure": rows_of("endurance", "figures.py"), "bench": rows_of("bench", "table.py")}
    for number, row in rows(text):
        names = re.findall(r"`([^`]+)`", row[-1])
        figures = re.findall(r"\./dev (endure|bench): ([\w-]+)", row[-1])
        for command, figure in set(figures):
            if figure not in rows_by[command]:
                yield f"{number}: case {row[0]}: ./dev {command} has no row {figure}"
        if not names and not figures and not re.match(r"(open|none): \S", row[-1]):
            yield f"{number}: case {row[0]} names no test"
        for name in names:
            pattern = "^" + ".*".join(re.escape(part) for part in name.split("*")) + "$"
            if not re.search(pattern, known, re.MULTILINE):
                yield f"{number}: case {row[0]}: there is no test {name}"


def main(document, folder):
    with open(document, encoding="utf-8") as file:
        text = file.read()
    tests = tests_of(folder)
    missing = [name for name in tests if name.endswith("_NOT_BUILT")]
    if missing:
        print("not built yet:", ", ".join(missing))
        return 1
    found = list(faults(text, tests))
    for fault in found:
        print(f"{document}:{fault}")
    print(f"{sum(1 for _ in rows(text))} cases, {len(tests)} tests, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
