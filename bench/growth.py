"""How cost grows: with images, with sources, with clients. Every point is one fresh server (./dev bench --growth)."""
import time

import load
from cloud import Cloud
from processes import Workshop
from proxy import Proxy

PAGE = "/v1/images?view=basic&limit=12"
MIB = 1 << 20
EACH = 500  # images of each source while the number of sources grows

# Room for a million images in one source.
WIDE = {"max_images": 2_000_000, "max_page_bytes": "1GiB", "drain_timeout": "1h", "request_timeout": "1m"}


def steps(bench, kind):
    full = {"images": (1_000, 10_000, 100_000, 1_000_000), "sources": (1, 4, 16, 64), "clients": (1, 8, 64, 256, 1024)}
    return full[kind][:2] if bench.smoke else full[kind]


def measure(make_bench):
    """{"images": [point...], "sources": [...], "clients": [...]}; a point holds its step and what was measured there."""
    curves = {}
    for kind, point in (("images", images_point), ("sources", sources_point), ("clients", clients_point)):
        curves[kind] = []
        with Workshop() as first:
            plan = steps(make_bench(first), kind)
        for step in plan:
            with Workshop() as workshop:
                bench = make_bench(workshop)
                bench.say(f"{step:,} {kind}")
                curves[kind].append({kind: step, **point(bench, step)})
    return curves


def images_point(bench, images):
    cloud = Cloud(bench.workshop)
    return filled_point(bench, cloud, [{**cloud.add("os-0", images), **WIDE}])


def sources_point(bench, sources):
    cloud = Cloud(bench.workshop)
    return filled_point(bench, cloud, [cloud.add(f"os-{number}", EACH) for number in range(sources)])


def filled_point(bench, cloud, sources):
    cloud.hold(True)
    proxy = Proxy(bench.workshop, sources)
    before = proxy.process.cpu_ns()
    began = time.perf_counter()
    cloud.hold(False)
    proxy.ready()
    took = time.perf_counter() - began
    drained = proxy.process.cpu_ns()
    proxy.refresh("os-0")
    refreshed = proxy.process.cpu_ns()
    hot = load.run(proxy.process, proxy.url(PAGE), bench.seconds)
    return {"drain s": took, "drain CPU ms": (drained - before) / 1e6,
            "unchanged refresh CPU ms": (refreshed - drained) / 1e6, "hot CPU us": hot.cpu_us,
            "uncached CPU us": uncached_cpu_us(proxy), "RSS MiB": proxy.process.memory("VmRSS") / MIB,
            "body bytes": len(proxy.client.get(PAGE))}


def uncached_cpu_us(proxy, count=300):
    """Filter, exact total, sort, page and all: each question is asked for the first time."""
    proxy.client.get("/v1/images?limit=12&size_bytes=gte:1")
    before = proxy.process.cpu_ns()
    for turn in range(count):
        proxy.client.get(f"/v1/images?limit=12&size_bytes=gte:{1_000_000_000 + turn * 1_000_003}")
    return (proxy.process.cpu_ns() - before) / 1e3 / count


def clients_point(bench, clients):
    cloud = Cloud(bench.workshop)
    proxy = Proxy(bench.workshop, [cloud.add("os-0", EACH), cloud.add("os-1", EACH)]).ready()
    load.run(proxy.process, proxy.url(PAGE), 1, clients)
    hot = load.run(proxy.process, proxy.url(PAGE), bench.seconds, clients)
    return {"hot CPU us": hot.cpu_us, "req/s of one core": 1e6 / hot.cpu_us, "p50 ms": hot.p50_ms, "p99 ms": hot.p99_ms,
            "RSS MiB": proxy.process.memory("VmRSS") / MIB}
