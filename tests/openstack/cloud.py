"""The cloud as its users see it: who they are, and their calls to the real APIs. Also makes accounts and catalogue."""
import time

from http_api import call

DOMAIN = {"id": "default"}
PROJECTS = ("service", "demo", "other")
# user: (project, roles)
USERS = {"glance": ("service", ("admin",)), "nova": ("service", ("admin",)),
         "demo": ("demo", ("member",)), "other": ("other", ("member",))}


class Cloud:
    def __init__(self, testbed):
        self.testbed = testbed
        self.keystone, self.glance, self.nova = testbed.keystone, testbed.glance, testbed.nova
        self.projects = {"admin": "admin", **{name: name for name in PROJECTS}}
        self.users = {}
        self._tokens = {}

    # Calls -----------------------------------------------------------------------------------------------------------

    def log_in(self, user):
        project = USERS[user][0] if user in USERS else "admin"
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": user, "domain": DOMAIN, "password": self.testbed.password}}},
            "scope": {"project": {"name": project, "domain": DOMAIN}}}}
        answer = call("POST", self.keystone + "/auth/tokens", body=body).want(201)
        return answer.headers["X-Subject-Token"]

    def as_user(self, user, method, url, body=None, **more):
        """A call with a token of that user that has at least half of its life before it."""
        token, renew_at = self._tokens.get(user, (None, 0))
        if time.monotonic() > renew_at:
            token = self.log_in(user)
            self._tokens[user] = (token, time.monotonic() + self.testbed.token_life / 2)
        return call(method, url, token, body, **more)

    def revoke_tokens(self, user):
        """Ends all tokens of a user, as Keystone does when a password is set, also to what it was."""
        self._tokens.pop(user, None)
        self.as_user("admin", "PATCH", "%s/users/%s" % (self.keystone, self.users[user]),
                     {"user": {"password": self.testbed.password}}).want(200)

    def glance_images(self, user, hidden):
        """What Glance lists to that user, read page by page."""
        images, target = [], "/v2/images?limit=10" + ("&os_hidden=true" if hidden else "")
        while target:
            page = self.as_user(user, "GET", self.glance + target).want(200).json()
            images += page["images"]
            target = page.get("next")
        return images

    def nova_images(self, user, listing):
        """What Nova lists to that user, in one answer; `listing` is "images" or "images/detail"."""
        return self.as_user(user, "GET", "%s/%s" % (self.nova, listing)).want(200).json()["images"]

    # Accounts and catalogue ------------------------------------------------------------------------------------------

    def make_accounts(self):
        for name in PROJECTS:
            self.projects[name] = self._make("project", name, domain_id="default")
        roles = {role["name"]: role["id"] for role in self._keystone("GET", "/roles").json()["roles"]}
        for name, (project, wanted) in USERS.items():
            self.users[name] = self._make("user", name, domain_id="default", password=self.testbed.password)
            for role in wanted:
                self._keystone("PUT", "/projects/%s/users/%s/roles/%s" % (self.projects[project], self.users[name],
                                                                         roles[role]))
        for kind, name, url in (("image", "glance", self.glance), ("compute", "nova", self.nova)):
            service = self._make("service", name, type=kind)
            for interface in ("public", "internal", "admin"):
                self._keystone("POST", "/endpoints", {"endpoint": {
                    "interface": interface, "url": url, "service_id": service, "region_id": "RegionOne"}})

    def make_application_credential(self, user):
        """(id, secret) of a new one."""
        made = self.as_user(user, "POST", "%s/users/%s/application_credentials" % (self.keystone, self.users[user]),
                            {"application_credential": {"name": "polyglance", "roles": [{"name": "member"}]}})
        made = made.want(201).json()["application_credential"]
        return made["id"], made["secret"]

    def _make(self, kind, name, **fields):
        return self._keystone("POST", "/%ss" % kind, {kind: {"name": name, **fields}}).json()[kind]["id"]

    def _keystone(self, method, path, body=None):
        return self.as_user("admin", method, self.keystone + path, body).want(200, 201, 204)
