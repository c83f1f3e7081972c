"""M1: what an image costs in memory, and where it goes."""
import statistics
import time

from cloud import Cloud
from proxy import Proxy
from table import Result

ROWS = ("M1",)
SORTED = ("created_at", "updated_at", "name", "size_bytes", "status", "os.distro", "owner", "min_disk_gib", "uid",
          "visibility", "architecture", "virtual_size_bytes")
FILTERED = ("status=active", "os.distro=ubuntu", "visibility=public", "name=contains:22.04", "name=prefix:debian",
            "tag=lts", "owner=null:false", "size_bytes=gte:1000000000", "created_at=gte:2024-12-01T00:00:00Z",
            "architecture=aarch64", "q=ubuntu%20server", "protected=true", "min_ram_mib=lte:1024", "disk_format=raw",
            "firmware=uefi", "checksum.value=prefix:0a", "description=contains:LTS")
SMALL_CACHE = {"memory": "1MiB"}  # so that ready pages do not count


def measure(bench, wanted):
    del wanted  # there is one row
    images = 5_000 if bench.smoke else 100_000
    cloud = Cloud(bench.workshop)
    filled, empty = [cloud.add("os-big", images)], [cloud.add("os-big-empty", 0)]
    samples, figures = [], []
    for turn in range(max(bench.rounds // 2, 1)):  # each takes long
        bench.say(f"memory of {images} images, round {turn + 1}")
        nothing, _ = resident(bench, empty)
        everything, found = resident(bench, filled)
        samples.append((everything - nothing) / images)
        found["after the drain B/image"] -= nothing
        figures.append({"images": images, "empty server MiB": nothing / (1 << 20),
                        "full server MiB": everything / (1 << 20), **{name: value / images for name, value in found.items()}})
    yield Result("M1", samples, {name: statistics.median(each[name] for each in figures) for name in figures[0]})


def resident(bench, sources):
    """(bytes resident once every index was used, {what: bytes})"""
    proxy = Proxy(bench.workshop, sources, SMALL_CACHE).ready()
    after_drain = settled(proxy)
    ask_everything(proxy)
    after_queries = settled(proxy)
    found = {"after the drain B/image": after_drain, "made by queries B/image": after_queries - after_drain}
    for name, value in proxy.metrics().items():  # what the server says of itself
        if "_bytes{" in name and "source=" in name and "upstream" not in name or name == "polyglance_page_cache_bytes":
            found[name.removeprefix("polyglance_").split("{")[0] + parts_of(name) + " B/image"] = value
    proxy.stop()
    return after_queries, found


def parts_of(metric):
    labels = metric.partition("{")[2].rstrip("}").split(",")
    return "".join(" " + value.strip('"') for label, _, value in (each.partition("=") for each in labels)
                   if label not in ("source", ""))


def ask_everything(proxy):
    for field in SORTED:
        for direction in ("asc", "desc"):
            proxy.client.get(f"/v1/images?limit=50&view=full&sort={field}:{direction}")
    for condition in FILTERED:
        proxy.client.get(f"/v1/images?limit=50&{condition}")


def settled(proxy):
    """Resident bytes once they no longer change."""
    before = -1
    while True:
        now = proxy.process.memory("VmRSS")
        if abs(now - before) <= now // 200:
            return now
        before = now
        time.sleep(0.5)
