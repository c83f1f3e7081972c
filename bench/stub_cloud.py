"""A made-up image service for the bench: Glance's list, fast, deterministic, with injectable latency.

Runs as a process of its own (`python3 stub_cloud.py`) and prints its port. Every source has a path prefix:
`/{source}/v2/images`. The page sizes, markers, `next` links, `sort_key`, `sort_dir`, `os_hidden` and `updated_at=gte:`
are honoured as Glance does; other filters are not. A page is rendered once and kept.

Control, also over HTTP:
  PUT  /_stub/{source}  {"images": N, "latency_ms": 0, "dialect": "openstack"}   makes or replaces a source;
                        "issues": TEXT makes its /v3/auth/tokens give that token
  POST /_stub/{source}  {"touch": N | "latency_ms": L | "touch_each_walk": true} changes it
                        {"fault": {...}}                                         breaks it; null mends it. One of
                        "hang": true, "reset": true (or after half a page: "cut": true), "garbage": true,
                        "status": N with "retry_after": TEXT, "echo": true repeats the token it was given
  POST /_stub           {"hold": true}                                           nothing is answered until false
  GET  /_stub                                                                    counts of calls and bytes
  GET  /_stub/{source}                                                           when it was asked for lists, and how
  PUT  /_origin/{name}  (body and content headers)                               a static file, for the peers
"""
import asyncio
import calendar
import collections
import functools
import gc
import hashlib
import json
import sys
import time
import urllib.parse

EPOCH = 1_735_689_600  # 2025-01-01: image 0 is the newest, each further one a minute older
STAMP = b"<time-of-touch-here>"  # as long as a timestamp; put in when a page is sent
PAGES_KEPT_BYTES = 256 << 20
TOP_LIMIT = 1000

DISTROS = ((b"ubuntu", b"22.04", b"Ubuntu 22.04 LTS"), (b"debian", b"12", b"Debian 12 bookworm"), (b"rocky", b"9.3", b"Rocky 9"),
           (b"centos", b"7.9.2009", b"CentOS 7"), (b"windows", b"2022", b"Windows Server 2022"), (b"fedora", b"39", b"Fedora 39"),
           (b"opensuse", b"15.5", b"openSUSE Leap 15.5"))
OWNERS = [hashlib.md5(b"%d" % number).hexdigest().encode() for number in range(50)]

# 37 members, about 1.24 kB: what a Glance with the usual metadata prints.
IMAGE = (b'{"hw_disk_bus": "virtio", "hw_vif_model": "virtio", "hw_qemu_guest_agent": "yes", "hw_machine_type": "q35", '
         b'"hw_firmware_type": "%(firmware)s", "os_type": "%(os_type)s", "os_distro": "%(distro)s", '
         b'"os_version": "%(version)s", "architecture": "%(architecture)s", "os_admin_user": "%(distro)s", '
         b'"description": "%(title)s, built %(day)s by pipeline %(build)d", "build_id": "%(build)d", '
         b'"image_family": "%(distro)s-%(version)s", "patch_level": "%(day)s", '
         b'"name": "%(distro)s-%(version)s-%(day)s-%(build)d", '
         b'"disk_format": "%(disk_format)s", "container_format": "bare", "visibility": "%(visibility)s", '
         b'"size": %(size)d, "virtual_size": %(virtual_size)d, "status": "%(status)s", "checksum": "%(md5)s", "protected": %(protected)s, '
         b'"min_ram": %(min_ram)d, "min_disk": %(min_disk)d, "owner": "%(owner)s", "os_hidden": false, '
         b'"os_hash_algo": "sha512", "os_hash_value": "%(md5)s%(md5)s%(md5)s%(md5)s", "id": "%(id)s", '
         b'"created_at": "%(created)s", "updated_at": "%(updated)s", "tags": %(tags)s, "self": "/v2/images/%(id)s", '
         b'"file": "/v2/images/%(id)s/file", "schema": "/v2/schemas/image", "stores": "rbd"}')

# Huawei's fork answers with this schema; the proxy then knows that there is no second, hidden list to read.
HUAWEI_SCHEMA = json.dumps({"properties": {"images": {"items": {"properties": {
    "visibility": {"enum": ["public", "private"]}}}}}}).encode()


TOKEN = b'{"token": {"expires_at": "2099-01-01T00:00:00.000000Z", "issued_at": "2025-01-01T00:00:00.000000Z"}}'


def timestamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)).encode()


@functools.lru_cache(maxsize=4096)
def day(number):
    return time.strftime("%Y-%m-%d", time.gmtime(number * 86400)).encode()


def render_image(source, index, touched):
    """The JSON of one image; always the same for the same arguments."""
    digest = hashlib.md5(b"%s %d" % (source, index)).hexdigest().encode()
    dice = int(digest[:8], 16)
    distro, version, title = DISTROS[dice % len(DISTROS)]
    days, second = divmod(EPOCH - 60 * index, 86400)
    created = b"%sT%02d:%02d:00Z" % (day(days), second // 3600, second // 60 % 60)
    return IMAGE % {
        b"id": b"-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:])), b"md5": digest,
        b"distro": distro, b"version": version, b"title": title, b"day": created[:10],
        b"build": index, b"firmware": b"uefi" if dice & 1 else b"bios",
        b"os_type": b"windows" if distro == b"windows" else b"linux",
        b"architecture": b"aarch64" if dice % 9 == 0 else b"x86_64",
        b"disk_format": b"raw" if dice % 5 == 0 else b"qcow2", b"visibility": b"private" if dice % 3 == 0 else b"public",
        b"size": 300_000_000 + dice % 4_000_000_000, b"virtual_size": (dice % 40 + 2) << 30,
        b"status": b"deactivated" if dice % 31 == 0 else b"active",
        b"protected": b"true" if dice % 4 == 0 else b"false",
        b"min_ram": 512 << dice % 4, b"min_disk": dice % 40 + 2, b"owner": OWNERS[dice % 50],
        b"created": created, b"updated": STAMP if touched else created,
        b"tags": b'["lts", "%s"]' % distro if dice & 2 else b'["%s"]' % distro}


class Source:
    """One made-up listing. After a touch the first `touched` images carry the time of the touch as `updated_at`; a
    touch of fewer images than the one before is not supported."""

    def __init__(self, name, images, latency_ms=0, dialect="openstack", issues=""):
        self.name, self.images, self.latency, self.dialect = name.encode(), images, latency_ms / 1000, dialect
        self.touched, self.touched_at, self.touch_each_walk = 0, 0, False
        self.positions, self.orders = None, {}
        self.pages, self.pages_bytes = {}, 0
        self.calls = collections.Counter()
        self.bytes = 0
        self.fault, self.issues = None, issues
        self.times, self.in_flight, self.most_in_flight, self.tokens = [], 0, 0, set()

    def touch(self, count):
        self.touched = max(self.touched, min(count, self.images))
        self.touched_at = max(int(time.time()), self.touched_at + 1)  # seconds: two touches must differ

    def position(self, image_id):
        if self.positions is None:
            self.positions = {self.id_of(index): index for index in range(self.images)}
        return self.positions.get(image_id)

    def id_of(self, index):
        digest = hashlib.md5(b"%s %d" % (self.name, index)).hexdigest()
        return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:]))

    def updated(self, index):
        return self.touched_at if index < self.touched else EPOCH - 60 * index

    def order(self, key, direction, since):
        """Indexes in the order asked for; `range` for the usual one. Ties end as they stand in the usual order."""
        rows = range(self.images)
        if since is not None:
            rows = [index for index in rows if self.updated(index) >= since]
        if key == "id":
            return sorted(rows, key=self.id_of, reverse=direction == "desc")
        if key == "updated_at":
            return sorted(rows, key=self.updated, reverse=direction == "desc")
        return rows if direction == "desc" else rows[::-1]

    def page(self, query):
        """The body of one page. `updated_at` filters and other sort keys than `created_at` are made anew each time."""
        limit = min(int(query.get("limit", 25)), TOP_LIMIT)
        if query.get("os_hidden") == "true" or self.images == 0:
            return b'{"images": [], "first": "/v2/images", "schema": "/v2/schemas/images"}'
        since = None
        if "updated_at" in query:
            since = calendar_seconds(query["updated_at"].partition(":")[2] or query["updated_at"])
        order = self.order(query.get("sort_key", "created_at"), query.get("sort_dir", "desc"), since)
        start = 0
        if "marker" in query:
            place = self.position(query["marker"])
            start = (place if isinstance(order, range) and order.step == 1 else list(order).index(place)) + 1
        rows = order[start:start + limit]
        more = start + limit < len(order)
        cacheable = isinstance(order, range)
        key = (start, limit, order[0] if len(order) else 0, more, self.touched)
        body = self.pages.get(key) if cacheable else None
        if body is None:
            body = self.render(rows, query if more else None)
            if cacheable and self.pages_bytes + len(body) <= PAGES_KEPT_BYTES:
                self.pages[key] = body
                self.pages_bytes += len(body)
        return body.replace(STAMP, timestamp(self.touched_at)) if self.touched else body

    def render(self, rows, next_of):
        parts = [b'{"images": [', b", ".join(render_image(self.name, row, row < self.touched) for row in rows), b"]"]
        if next_of is not None:
            query = {**next_of, "marker": self.id_of(rows[-1])}
            parts.append(b', "next": "/v2/images?%s"' % urllib.parse.urlencode(query).encode())
        parts.append(b', "first": "/v2/images", "schema": "/v2/schemas/images"}')
        return b"".join(parts)


def calendar_seconds(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


class Cloud:
    """All sources of the process, the static files, and the control interface."""

    def __init__(self):
        self.sources, self.files = {}, {}
        self.file_calls = 0
        self.open_gate = asyncio.Event()
        self.open_gate.set()

    async def answer(self, method, target, headers, body):
        """(status, content headers, body)"""
        path, _, raw = target.partition("?")
        parts = path.strip("/").split("/", 1)
        if parts[0] == "_stub":
            return 200, b"Content-Type: application/json\r\n", self.control(method, parts[1:], body)
        if parts[0] == "_origin":
            return self.file(method, path, target, headers, body)
        source = self.sources.get(parts[0])
        if source is None:
            return 404, b"", b""
        source.calls["/" + parts[1]] += 1
        source.times.append(time.time())
        source.tokens.add(headers.get(b"x-auth-token", b"").decode())
        source.in_flight += 1
        try:
            await self.open_gate.wait()
            if source.latency:
                await asyncio.sleep(source.latency)
            return await self.list(source, parts, raw, headers)
        finally:
            source.in_flight -= 1

    async def list(self, source, parts, raw, headers):
        fault = source.fault or {}
        if fault.get("hang"):
            await asyncio.sleep(0.1)  # whoever gave up by now is not counted
            source.most_in_flight = max(source.most_in_flight, source.in_flight)
            await asyncio.Event().wait()
        if "reset" in fault or "status" in fault:
            asked = f"Retry-After: {fault['retry_after']}\r\n".encode() if "retry_after" in fault else b""
            return fault.get("status"), asked, repr(headers).encode() if "echo" in fault else b""
        if parts[1] == "v3/auth/tokens":
            return 201, b"X-Subject-Token: %s\r\n" % source.issues.encode(), TOKEN
        if parts[1] == "v2/schemas/images" and source.dialect == "huawei":
            return 200, b"Content-Type: application/json\r\n", HUAWEI_SCHEMA
        if parts[1] != "v2/images":
            return 404, b"", b""
        query = dict(urllib.parse.parse_qsl(raw))
        if source.touch_each_walk and "marker" not in query and query.get("os_hidden") != "true":
            source.touch(source.images)
        page = source.page(query)
        source.bytes += len(page)
        if "garbage" in fault:
            page = page.replace(b":", b"", 7)
        if "cut" in fault:
            return None, b"", page
        return 200, b"Content-Type: application/json\r\n", page

    def control(self, method, name, body):
        order = json.loads(body) if body else {}
        if method == "PUT":
            self.sources[name[0]] = Source(name[0], **order)
        elif method == "POST" and not name:
            self.open_gate.clear() if order["hold"] else self.open_gate.set()
        elif name:
            source = self.sources[name[0]]
            if method == "GET":
                return json.dumps({"times": source.times, "tokens": sorted(source.tokens),
                                   "most_in_flight": source.most_in_flight}).encode()
            if "fault" in order:
                source.fault, source.most_in_flight = order["fault"], 0
            if "touch" in order:
                source.touch(order["touch"])
            source.touch_each_walk = order.get("touch_each_walk", source.touch_each_walk)
            source.latency = order.get("latency_ms", source.latency * 1000) / 1000
        return json.dumps({"files": self.file_calls, "cpu_ns": time.process_time_ns(), "sources": {
            each.name.decode(): {"calls": each.calls, "bytes": each.bytes}
            for each in self.sources.values()}}).encode()

    def file(self, method, path, target, headers, body):
        if method == "PUT":
            kept = (b"content-type", b"etag", b"cache-control", b"source-status", b"vary")
            self.files[path] = (b"".join(b"%s: %s\r\n" % pair for pair in headers.items() if pair[0] in kept), body)
            return 200, b"", b""
        self.file_calls += 1
        found = self.files.get(path)
        return (200, *found) if found else (404, b"", b"")


class Connection(asyncio.Protocol):
    """HTTP/1.1 as far as the bench speaks it: keep-alive, Content-Length, one request after the other."""

    def __init__(self, cloud):
        self.cloud, self.received, self.task = cloud, bytearray(), None

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        if self.task:
            self.task.cancel()

    def data_received(self, data):
        self.received += data
        if self.task is None or self.task.done():
            self.next_request()

    def next_request(self):
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        lines = bytes(self.received[:end]).split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
        size = end + 4 + int(headers.get(b"content-length", 0))
        if len(self.received) < size:
            return
        body = bytes(self.received[end + 4:size])
        del self.received[:size]
        method, target, _ = lines[0].decode().split(" ")
        self.task = asyncio.ensure_future(self.respond(method, target, headers, body))

    async def respond(self, method, target, headers, body):
        status, more, answer = await self.cloud.answer(method, target, headers, body)
        if status is None:
            if answer:
                self.transport.write(b"HTTP/1.1 200 X\r\nContent-Length: %d\r\n\r\n" % len(answer))
                self.transport.write(answer[:len(answer) // 2])
                self.transport.close()
            else:
                self.transport.abort()
            return
        self.transport.write(b"HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n" % (status, more, len(answer)))
        self.transport.write(answer)
        self.task = None
        self.next_request()


async def main():
    cloud = Cloud()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(cloud), "127.0.0.1", 0, backlog=2048)
    gc.disable()  # pages live for the whole run; there are no cycles worth a pause
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
