"""H1 to H6 and the allocations: the same page asked for again and again."""
import mmap
import os
import statistics
import struct
import subprocess

import load
import peers
from cloud import Cloud
from proxy import Proxy
from table import Result, ratio

ROWS = ("H1", "H2", "H3", "H4", "H5", "H6", "allocations")
GZIP = "Accept-Encoding: gzip"

# Bytes aimed at, and what to ask for to come near: more images of the basic view, or less of each.
SIZES = {"1k": (1 << 10, "fields=name"), "12k": (12 << 10, "view=basic"), "120k": (120 << 10, "view=basic")}


def page_of(proxy, size, parameters):
    """The list target whose body comes nearest to `size`."""
    one, many = (len(proxy.client.get(f"/v1/images?{parameters}&limit={limit}")) for limit in (1, 41))
    limit = max(1, round(1 + (size - one) / ((many - one) / 40)))
    return f"/v1/images?{parameters}&limit={limit}"


class Field:
    """Polyglance, nginx and Node, all serving the same three pages."""

    def __init__(self, bench):
        self.cloud = Cloud(bench.workshop)
        self.sources = [self.cloud.add("os-a", 500), self.cloud.add("os-b", 500)]
        self.proxy = Proxy(bench.workshop, self.sources).ready()
        self.nginx = peers.nginx(bench.workshop, self.cloud.port)
        self.node = peers.node(bench.workshop, "cache.js", self.cloud.port)
        self.target, self.file, self.bytes, self.etag = {}, {}, {}, {}
        for name, (size, parameters) in SIZES.items():
            self.target[name] = page_of(self.proxy, size, parameters)
            _, headers, body = self.proxy.client.ask("GET", self.target[name])
            self.bytes[name], self.etag[name] = len(body), headers["ETag"]
            self.file[name] = self.cloud.serve_file(name, dict(headers.items()), body)
            for peer in (self.nginx, self.node):
                if peer.client.get(self.file[name]) != body:
                    raise RuntimeError("a peer serves other bytes")
        self.origin_asked = self.cloud.files_asked_for()

    def measures(self):
        """name -> (server process, url, headers)"""
        out = {}
        for name in SIZES:
            out["polyglance " + name] = (self.proxy.process, self.proxy.url(self.target[name]), ())
            out["nginx " + name] = (self.nginx.process, self.nginx.url(self.file[name]), ())
        etag = "If-None-Match: " + self.etag["12k"]
        out["polyglance gzip"] = (self.proxy.process, self.proxy.url(self.target["120k"]), (GZIP,))
        out["polyglance 304"] = (self.proxy.process, self.proxy.url(self.target["12k"]), (etag,))
        out["nginx 304"] = (self.nginx.process, self.nginx.url(self.file["12k"]), (etag,))
        out["node 12k"] = (self.node.process, self.node.url(self.file["12k"]), ())
        return out

    def check(self):
        """What was measured was what it is called."""
        if self.cloud.files_asked_for() != self.origin_asked:
            raise RuntimeError("a peer went back to its origin")
        for peer, target in ((self.proxy, self.target["12k"]), (self.nginx, self.file["12k"])):
            if peer.client.ask("GET", target, headers={"If-None-Match": self.etag["12k"]})[0] != 304:
                raise RuntimeError("no 304")
        gzipped = self.proxy.client.ask("GET", self.target["120k"], headers={"Accept-Encoding": "gzip"})
        if gzipped[1]["Content-Encoding"] != "gzip":
            raise RuntimeError("no gzip")
        self.bytes["gzip"] = len(gzipped[2])


NEEDS = {"H1": ("polyglance 12k", "nginx 12k"), "H2": ("polyglance 1k", "nginx 1k"),
         "H3": ("polyglance 120k", "nginx 120k"), "H4": ("polyglance gzip", "nginx 120k"),
         "H5": ("polyglance 304", "nginx 304"), "H6": ("polyglance 12k", "node 12k")}
BODY = {"H1": "12k", "H2": "1k", "H3": "120k", "H4": "gzip", "H6": "12k"}


def measure(bench, wanted):
    pairs = {row: NEEDS[row] for row in ROWS if row in wanted and row in NEEDS}
    if pairs:
        yield from ratios(bench, pairs)
    if "allocations" in wanted:
        yield allocations(bench)


def ratios(bench, pairs):
    field = Field(bench)
    measures = {name: how for name, how in field.measures().items() if any(name in pair for pair in pairs.values())}
    loads = {name: [] for name in measures}
    for process, url, headers in () if bench.smoke else measures.values():
        load.run(process, url, 1, headers=headers)  # warm; not counted
    for turn in range(bench.rounds):
        bench.say(f"hot pages, round {turn + 1} of {bench.rounds}")
        for name, (process, url, headers) in measures.items():
            loads[name].append(load.run(process, url, bench.seconds, headers=headers))
    field.check()
    for row, pair in pairs.items():
        result = ratio(row, *([each.cpu_us for each in loads[name]] for name in pair))
        for name in pair:
            result.figures[name + " us"] = statistics.median(each.cpu_us for each in loads[name])
        result.figures["req/s of one core"] = 1e6 / result.figures[pair[0] + " us"]
        result.figures["p99 ms"] = statistics.median(each.p99_ms for each in loads[pair[0]])
        if row in BODY:
            result.figures["body bytes"] = field.bytes[BODY[row]]
        yield result


def allocations(bench):
    """Counted by a library loaded before the C library (count_allocations.c)."""
    source = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "count_allocations.c")
    library, counter = bench.workshop.path("count.so"), bench.workshop.path("count")
    subprocess.run(["clang-19", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
    with open(counter, "wb") as out:
        out.write(bytes(4096))
    cloud = Cloud(bench.workshop)
    proxy = Proxy(bench.workshop, [cloud.add("os-a", 500), cloud.add("os-b", 500)],
                  environment={"LD_PRELOAD": library, "COUNT_ALLOCATIONS": counter}).ready()
    target = page_of(proxy, *SIZES["12k"])
    load.run(proxy.process, proxy.url(target), 1)
    with open(counter, "rb") as file, mmap.mmap(file.fileno(), 4096, prot=mmap.PROT_READ) as shared:
        samples = []
        for _ in range(bench.rounds):
            before = struct.unpack_from("Q", shared)[0]
            requests = load.run(proxy.process, proxy.url(target), 1).requests
            samples.append((struct.unpack_from("Q", shared)[0] - before) / requests)
    proxy.stop()
    return Result("allocations", samples)
