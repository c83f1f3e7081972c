#!/usr/bin/env python3
"""Looks into the program for paths of the folder it was built in, which would make it another program in every folder.
Exit 1 when there are any.

Usage: paths.py <program> <source folder>"""
import re
import sys

ROOMS = rb"model|config|adapters|cache|proxy|cmake|build"


def main(program, source):
    with open(program, "rb") as file:
        content = file.read()
    # Whole, as the compiler is told them, or from the build folder, as ccache tells them.
    found = set(re.findall(re.escape(source.encode()) + rb"/[\w./-]*", content))
    found |= set(re.findall(rb"(?<![\w/])(?:\.\./)+(?:" + ROOMS + rb")/[\w./-]*", content))
    for path in sorted(found)[:20]:
        print("in the program:", path.decode())
    print(f"{len(found)} paths of the build folder")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
