// An in-memory cache in Node: fetches each file of the origin once, then answers from a string with the same headers.
// node cache.js ORIGIN_PORT; prints its port.
const http = require('http');
const origin = Number(process.argv[2]);
const kept = new Map();

function fetchOnce(target, done) {
  http.get({ host: '127.0.0.1', port: origin, path: target }, (answer) => {
    const chunks = [];
    answer.on('data', (chunk) => chunks.push(chunk));
    answer.on('end', () => {
      const entry = { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() };
      delete entry.headers.connection;
      kept.set(target, entry);
      done(entry);
    });
  });
}

function send(response, entry) {
  response.writeHead(entry.status, entry.headers);
  response.end(entry.body);
}

const server = http.createServer((request, response) => {
  const entry = kept.get(request.url);
  if (entry) send(response, entry);
  else fetchOnce(request.url, (fetched) => send(response, fetched));
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
