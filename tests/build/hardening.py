#!/usr/bin/env python3
"""Reads the program's ELF file and says which hardening is missing. Exit 1 when any is."""
import re
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", "--wide", *arguments], check=True, capture_output=True, text=True).stdout


def first_bytes(program, function, count=4):
    """The code a function begins with, by the symbol table and the segments that are mapped from the file."""
    symbol = re.search(rf"\d+: ([0-9a-f]+) +\d+ FUNC .* {function}$", readelf("--symbols", program), re.MULTILINE)
    address = int(symbol.group(1), 16)
    for offset, start, size in re.findall(r"LOAD +0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+)",
                                          readelf("--program-headers", program)):
        place = address - int(start, 16)
        if 0 <= place < int(size, 16):
            with open(program, "rb") as file:
                file.seek(int(offset, 16) + place)
                return file.read(count)
    return b""


def main(program):
    header = readelf("--file-header", program)
    segments = readelf("--program-headers", program)
    dynamic = readelf("--dynamic", program)
    symbols = readelf("--dyn-syms", program)
    stack = re.search(r"GNU_STACK.*", segments)
    checks = {
        "position independent": "DYN (" in header and "INTERP" in segments,
        "relocations are read-only": "GNU_RELRO" in segments,
        "all symbols bound at start": re.search(r"FLAGS.*BIND_NOW|FLAGS_1.*NOW", dynamic) is not None,
        "stack is not executable": stack is not None and "RWE" not in stack.group(),
        "no segment both writable and executable": re.search(r"LOAD.*RWE", segments) is None,
        "no text relocations": "TEXTREL" not in dynamic,
        "no search path for libraries": re.search(r"RPATH|RUNPATH", dynamic) is None,
        "stack protector": "__stack_chk_fail" in symbols,
        "fortified C library calls": re.search(r"__\w+_chk@", symbols) is not None,
        "checked standard library": "__glibcxx_assert_fail" in symbols,
    }
    if "X86-64" in header:
        # Debian's start files carry no mark, so the linker cannot mark the whole; the code itself shows it.
        checks["control-flow protection"] = first_bytes(program, "main") == b"\xf3\x0f\x1e\xfa"  # endbr64
    for name, good in checks.items():
        print("ok     " if good else "MISSING", name)
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
