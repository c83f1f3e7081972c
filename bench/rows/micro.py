"""Single functions, without a server: C6, Q1, Q2, hostile pages, times of wrong tokens, micro benchmarks. The programs
are in ../micro."""
import json
import os
import subprocess

import stub_cloud
from processes import SERVER_CORE
from proxy import BINARY
from table import Result, ratio

# Row of the table -> Google Benchmark's name for it, and the figure of it that counts.
SINGLE = {**{f"{what}-{provider}": (f"{what}/{provider}", "image") for what in ("decode", "encode")
             for provider in ("nova", "glance", "cloudimages", "batchcompute")},
          "build": ("build_snapshot/20000", "image"), "merge-4": ("merge_page/4", "cpu_time"),
          "merge-64": ("merge_page/64", "cpu_time")}
ROWS = ("C6", "Q1", "Q1-substring", "Q2", "slices", "token-prefix", "token-digest", *SINGLE)


def run(name, *arguments, environment=None):
    command = ["taskset", "-c", str(SERVER_CORE), os.path.join(os.path.dirname(BINARY), name), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                          env={**os.environ, **(environment or {})})
    return json.loads(done.stdout)


def measure(bench, wanted):
    if "C6" in wanted or any(row in wanted for row in SINGLE):
        yield from (result for result in functions(bench) if result.row in wanted)
    if {"Q1", "Q1-substring", "Q2"} & set(wanted):
        yield from (result for result in queries(bench) if result.row in wanted)
    if "slices" in wanted:
        yield slices(bench)
    if {"token-prefix", "token-digest"} & set(wanted):
        yield from (result for result in tokens(bench) if result.row in wanted)


def functions(bench):
    bench.say("functions")
    page = bench.workshop.path("glance-page.json")
    with open(page, "wb") as out:
        out.write(stub_cloud.Source("os-a", 1000).page({"limit": "1000"}))
    found = run("micro_bench", "--benchmark_format=json", f"--benchmark_repetitions={bench.rounds}",
                "--benchmark_enable_random_interleaving=true",
                f"--benchmark_min_time={0.01 if bench.smoke else 0.1}", environment={"GLANCE_PAGE": page})

    def samples(name, figure):
        """In microseconds."""
        rows = [row for row in found["benchmarks"] if row["run_type"] == "iteration" and row["run_name"] == name]
        scale = {"ns": 1e-3, "us": 1.0, "ms": 1e3}
        return [1e6 / row["items_per_second"] if figure == "image" else row["cpu_time"] * scale[row["time_unit"]]
                for row in rows]

    ours, bare = samples("ingest_glance", "image"), samples("ingest_glance_bare", "image")
    result = ratio("C6", sorted(ours), sorted(bare))
    result.figures = {"us per image": sorted(ours)[len(ours) // 2], "bare us per image": sorted(bare)[len(bare) // 2]}
    yield result
    for row, (name, figure) in SINGLE.items():
        yield Result(row, samples(name, figure))


def queries(bench):
    """20,000, 100,000 and 1,000,000 images; the smoke form stops at a tenth of it."""
    sizes = (2_000, 10_000, 50_000) if bench.smoke else (20_000, 100_000, 1_000_000)
    count = 300 if bench.smoke else 2_000
    small, middle, large = [], [], []
    for found, size in ((small, sizes[0]), (middle, sizes[1])):
        for turn in range(bench.rounds):
            bench.say(f"queries of {size:,} images, round {turn + 1} of {bench.rounds}")
            found.append(run("query_latency", size, count))
    bench.say(f"queries of {sizes[2]:,} images")
    large.append(run("query_latency", sizes[2], count if bench.rounds > 3 else count // 4))  # takes long: once

    def median(found, kind, percentile):
        return sorted(each[kind][percentile] for each in found)[len(found) // 2]

    yield Result("Q1", [each["indexed"]["p99_us"] for each in middle],
                 {"p50 us": median(middle, "indexed", "p50_us"),
                  "without total p99 us": median(middle, "indexed_without_total", "p99_us"),
                  "without total p50 us": median(middle, "indexed_without_total", "p50_us"),
                  "at 20,000 p99 us": median(small, "indexed", "p99_us"),
                  "at 1,000,000 p99 us": median(large, "indexed", "p99_us")})
    yield Result("Q1-substring", [each["substring"]["p99_us"] for each in middle],
                 {"p50 us": median(middle, "substring", "p50_us"),
                  "at 20,000 p99 us": median(small, "substring", "p99_us"),
                  "at 1,000,000 p99 us": median(large, "substring", "p99_us")})
    yield Result("Q2", [large[0]["indexed"]["p50_us"] / each["indexed"]["p50_us"] for each in small],
                 {"at 1,000,000 p50 us": large[0]["indexed"]["p50_us"],
                  "at 20,000 p50 us": median(small, "indexed", "p50_us"),
                  "substring at 1,000,000 p50 us": large[0]["substring"]["p50_us"],
                  "substring at 20,000 p50 us": median(small, "substring", "p50_us")})


def slices(bench):
    """The slowest of all slices of all hostile bodies, per round."""
    found = []
    for turn in range(bench.rounds):
        bench.say(f"hostile pages, round {turn + 1} of {bench.rounds}")
        found.append(run("slice_times", (1 << 20) if bench.smoke else (64 << 20)))
    return Result("slices", [max(each.values()) for each in found],
                  {f"ms of {body}": sorted(each[body] for each in found)[len(found) // 2] for body in found[0]})


def tokens(bench):
    """Whether the time that a wrong token takes tells how much of it is right (Welch's t: above 4.5 it does)."""
    samples = 10_000 if bench.smoke else 1_000_000
    found = []
    for turn in range(bench.rounds):
        bench.say(f"wrong tokens, round {turn + 1} of {bench.rounds}")
        found.append(run("token_timing", samples))
    for kind in ("prefix", "digest"):
        careless = [each[kind]["careless_t"] for each in found]
        if min(careless) < 4.5 and not bench.smoke:
            bench.say(f"token-{kind}: too noisy here: not even a careless comparison was found out ({min(careless)})")
            continue
        yield Result(f"token-{kind}", [each[kind]["t"] for each in found],
                     {"|t| of a careless comparison": sorted(careless)[len(careless) // 2], "samples": samples})
