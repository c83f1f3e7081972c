#!/usr/bin/env python3
"""Writes what the program is made of as a CycloneDX 1.5 document: every Debian package that a compiled header, a linked
file or a loaded library comes from, with version, licences and the SHA-256 of what was used of it.

usage: sbom.py BUILD_FOLDER PROGRAM OUTPUT [TEXTS_FOLDER]

Headers come from the dependency log of Ninja, linked files from the linker's own list (PROGRAM.link.d), libraries from
the dynamic linker. A file that no package owns, or a package without a licence, is an error: the list would not be
whole. The texts of the licences go to TEXTS_FOLDER, one file a package, for whoever ships the program."""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys

# Packages whose licence Debian writes down in prose only.
LICENCES_IN_PROSE = {"glibc": "LGPL-2.1-or-later", "gcc-12": "GPL-3.0-or-later WITH GCC-exception-3.1"}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def of_the_system(paths):
    """Those that are no part of the build, by their real path."""
    return {str(pathlib.Path(path).resolve()) for path in paths if path.startswith(("/usr/", "/lib"))}


def compiled_headers(build):
    """System files that any object of the program was compiled from."""
    objects = run("ninja", "-C", build, "-t", "inputs", "polyglance").split("\n")
    wanted = {line.strip() for line in objects if line.strip().endswith(".o")}
    files, current = set(), None
    for line in run("ninja", "-C", build, "-t", "deps").split("\n"):
        if line and not line.startswith(" "):
            current = line.split(":")[0]
        elif current in wanted:
            files.add(line.strip())
    return of_the_system(files)


def linked_files(program):
    """System files that the linker read: libraries, archives, start files."""
    text = pathlib.Path(program + ".link.d").read_text()
    return of_the_system(text.replace("\\\n", " ").split(":")[1].split())


def loaded_libraries(program):
    """Shared libraries that the dynamic linker loads."""
    lines = run("ldd", program).split("\n")
    found = [re.match(r"\s*\S+ => (/\S+)", line) or re.match(r"\s*(/\S+ld-linux\S+) ", line) for line in lines]
    return of_the_system(match.group(1) for match in found if match)


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


def copyright_file(package):
    return pathlib.Path("/usr/share/doc", package, "copyright")


def licences(package, source):
    """Short names of the licences that Debian found in the package's sources."""
    if source in LICENCES_IN_PROSE:
        return [LICENCES_IN_PROSE[source]]
    text = copyright_file(package).read_text(errors="replace")
    names = re.findall(r"^License: *(\S.*)$", text, re.MULTILINE)
    return sorted({name.strip() for name in names})


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def component(package, headers, binaries):
    version, source, architecture = run("dpkg-query", "-W", "-f", "${Version}\t${source:Package}\t${Architecture}",
                                        package).split("\t")
    found = {"type": "library", "name": package, "version": version,
             "purl": f"pkg:deb/debian/{package}@{version}?arch={architecture}",
             "licenses": [{"license": {"name": name}} for name in licences(package, source)],
             "properties": [{"name": "debian:source", "value": source}]}
    if headers:  # one for all: what `sha256sum` of them, sorted by path, has as its own
        listing = "".join(f"{sha256(path)}  {path}\n" for path in sorted(headers))
        found["properties"].append({"name": "polyglance:headers", "value": str(len(headers))})
        found["properties"].append({"name": "polyglance:headers:sha256",
                                    "value": hashlib.sha256(listing.encode()).hexdigest()})
    if binaries:
        found["components"] = [{"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": sha256(path)}]}
                               for path in sorted(binaries)]
    return found


def main(build, program, output, texts=None):
    headers, binaries = compiled_headers(build), linked_files(program) | loaded_libraries(program)
    package_of = owners(headers | binaries)
    unowned = sorted((headers | binaries) - package_of.keys())
    if unowned:
        sys.exit("no package owns: " + ", ".join(unowned))
    components = [component(package, {file for file in headers if package_of[file] == package},
                            {file for file in binaries if package_of[file] == package})
                  for package in sorted(set(package_of.values()))]
    nameless = [part["name"] for part in components if not part["licenses"]]
    if nameless:
        sys.exit("no licence is known of: " + ", ".join(nameless))
    version = run(program, "version").split()[1]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
                "metadata": {"component": {"type": "application", "name": "polyglance", "version": version,
                                           "hashes": [{"alg": "SHA-256", "content": sha256(program)}]}},
                "components": components}
    pathlib.Path(output).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    if texts:
        pathlib.Path(texts).mkdir(parents=True, exist_ok=True)
        for part in components:
            shutil.copyfile(copyright_file(part["name"]), pathlib.Path(texts, part["name"]))
    print(f"{output}: {len(components)} packages, {len(headers)} headers, {len(binaries)} files linked or loaded")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
