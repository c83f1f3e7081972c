"""A small keep-alive HTTP client: what the harness itself asks."""
import http.client
import json


class Client:
    def __init__(self, port, timeout=120):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(self, method, target, body=None, headers=None):
        """(status, headers, body); RuntimeError when the status is no success."""
        self.connection.request(method, target, body, headers or {})
        answer = self.connection.getresponse()
        found = answer.status, answer.headers, answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {target}: {answer.status} {found[2][:300]!r}")
        return found

    def get(self, target, headers=None):
        return self.ask("GET", target, headers=headers)[2]

    def get_json(self, target, headers=None):
        return json.loads(self.get(target, headers))

    def send_json(self, method, target, value):
        return json.loads(self.ask(method, target, json.dumps(value))[2] or b"null")
