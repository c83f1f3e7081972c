#!/usr/bin/env python3
"""Writes what the program is made of as a CycloneDX 1.5 document: every Debian package that one of its compiled headers
or linked libraries comes from, with version and licences.

usage: sbom.py BUILD_FOLDER PROGRAM OUTPUT

Headers come from the dependency log of Ninja, libraries from the dynamic linker. A library that no package owns is an
error: the list would not be whole."""
import json
import pathlib
import re
import subprocess
import sys


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def compiled_headers(build):
    """System files that any object of the program was compiled from."""
    objects = run("ninja", "-C", build, "-t", "inputs", "polyglance").split("\n")
    wanted = {line.strip() for line in objects if line.strip().endswith(".o")}
    files, current = set(), None
    for line in run("ninja", "-C", build, "-t", "deps").split("\n"):
        if line and not line.startswith(" "):
            current = line.split(":")[0]
        elif current in wanted and line.strip().startswith("/usr/"):
            files.add(str(pathlib.Path(line.strip()).resolve()))
    return files


def linked_libraries(program):
    """Shared libraries that the dynamic linker loads, by their real path; name as the program asks for it."""
    found = {}
    for line in run("ldd", program).split("\n"):
        match = re.match(r"\s*(\S+) => (/\S+)", line) or re.match(r"\s*(/\S+ld-linux\S+)() ", line)
        if match:
            path = pathlib.Path(match.group(2) or match.group(1)).resolve()
            found[match.group(1)] = str(path)
    return found


def owners(files):
    """File -> package, for those that a package owns. dpkg may know a file by its path before /usr was merged."""
    found = {}
    asked = {}
    for file in files:
        asked[file] = file
        if file.startswith("/usr/lib"):
            asked[file[len("/usr"):]] = file
    names = sorted(asked)
    for start in range(0, len(names), 500):
        answer = subprocess.run(["dpkg-query", "-S", *names[start:start + 500]], capture_output=True, text=True)
        for line in answer.stdout.split("\n"):
            package, _, path = line.partition(": ")
            if path in asked:
                found[asked[path]] = package.split(",")[0].split(":")[0]
    return found


def licences(package):
    """Short names of the licences that Debian found in the package."""
    text = pathlib.Path("/usr/share/doc", package, "copyright")
    if not text.exists():
        return []
    names = re.findall(r"^License: *(\S.*)$", text.read_text(errors="replace"), re.MULTILINE)
    return sorted({name.strip() for name in names})


def component(package):
    version, source, architecture = run("dpkg-query", "-W", "-f", "${Version}\t${source:Package}\t${Architecture}",
                                        package).split("\t")
    return {"type": "library", "name": package, "version": version,
            "purl": f"pkg:deb/debian/{package}@{version}?arch={architecture}",
            "licenses": [{"license": {"name": name}} for name in licences(package)],
            "properties": [{"name": "debian:source", "value": source}]}


def main(build, program, output):
    libraries = linked_libraries(program)
    by_file = owners(compiled_headers(build) | set(libraries.values()))
    unowned = [name for name, path in libraries.items() if path not in by_file]
    if unowned:
        sys.exit("no package owns: " + ", ".join(unowned))
    version = run(program, "version").split()[1]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
                "metadata": {"component": {"type": "application", "name": "polyglance", "version": version}},
                "components": [component(package) for package in sorted(set(by_file.values()))]}
    pathlib.Path(output).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    print(f"{output}: {len(document['components'])} packages, {len(libraries)} of their libraries are loaded")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
