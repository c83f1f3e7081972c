// What Polyglance does, written plainly for Node: read the whole lists of all backends at the same time, turn every
// image into the unified basic fields, merge, sort by created_at (newest first), answer with the first 25. It keeps the
// list it read last, as a cache would, but reads all anew for every request.
// node aggregator.js BACKEND_URL...; prints its port.
const http = require('http');
const backends = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true });
let catalogue = [];

function getJson(url) {
  return new Promise((resolve, reject) => {
    http.get(url, { agent }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      answer.on('error', reject);
    }).on('error', reject);
  });
}

function normalise(row, source) {
  return {
    uid: `${source}~${row.id}`, provider: 'glance', source, region: null, native_id: row.id, name: row.name ?? null,
    description: row.description ?? null, status: row.status, status_raw: row.status, visibility: row.visibility,
    protected: row.protected, owner: row.owner ?? null,
    os: { family: row.os_type ?? null, distro: row.os_distro ?? null, version: row.os_version ?? null, bits: null },
    architecture: row.architecture ?? null, size_bytes: row.size ?? null, virtual_size_bytes: row.virtual_size ?? null,
    min_disk_gib: row.min_disk, min_ram_mib: row.min_ram, disk_format: row.disk_format,
    container_format: row.container_format,
    checksum: row.os_hash_algo ? { algo: row.os_hash_algo, value: row.os_hash_value } : null,
    firmware: row.hw_firmware_type ?? null, tags: row.tags, created_at: row.created_at, updated_at: row.updated_at,
  };
}

async function drain(base, source) {
  const images = [];
  let target = '/v2/images?limit=1000';
  while (target) {
    const page = await getJson(base + target);
    for (const row of page.images) images.push(normalise(row, source));
    target = page.next;
  }
  return images;
}

const server = http.createServer(async (request, response) => {
  const lists = await Promise.all(backends.map((base, index) => drain(base, `os-${index}`)));
  catalogue = lists.flat();
  catalogue.sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : a.uid < b.uid ? -1 : 1));
  const body = JSON.stringify({ images: catalogue.slice(0, 25), total: catalogue.length });
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
