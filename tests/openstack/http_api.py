"""One HTTP exchange per call, without redirects, proxies or kept connections."""
import http.client
import json
import urllib.parse


class Answer:
    def __init__(self, asked, status, headers, body):
        self.asked, self.status, self.headers, self.body = asked, status, headers, body

    def json(self):
        return json.loads(self.body)

    def code(self):
        """The `code` of a problem document, or None."""
        try:
            return self.json().get("code")
        except ValueError:
            return None

    def want(self, *statuses):
        if self.status not in statuses:
            raise AssertionError("%s: status %d, wanted %s: %s" % (
                self.asked, self.status, " or ".join(map(str, statuses)), self.body[:500].decode("utf-8", "replace")))
        return self


def call(method, url, token=None, body=None, kind="application/json", timeout=60):
    parts = urllib.parse.urlsplit(url)
    headers = {"Accept": "application/json"}
    if token:
        headers["X-Auth-Token"] = token
    if body is not None:
        headers["Content-Type"] = kind
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request(method, target, body=body, headers=headers)
        reply = connection.getresponse()
        return Answer("%s %s" % (method, url), reply.status, reply.headers, reply.read())
    finally:
        connection.close()
