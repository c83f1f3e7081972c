"""Configurations for Polyglance, every way to name a cloud and to log in. JSON is YAML, so JSON it is."""
import json
import os

MORE_WRONG_LOGINS_AFTER = 30  # seconds; Polyglance leaves refused credentials alone for so long
SHORT_TTL = 5


def write(folder, cloud, application_credential, token, wrong_password=False):
    """Writes polyglance.yaml and the clouds.yaml and secure.yaml it points to; returns the first one's path."""
    def path(name, document):
        full = os.path.join(folder, name)
        with open(os.open(full, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
        return full

    secret = cloud.testbed.password
    scope = {"project_name": "demo", "project_domain_name": "Default"}
    password = {"type": "password", "auth_url": cloud.keystone, "username": "demo", "user_domain_name": "Default",
                "password": secret, **scope}
    credential_id, credential_secret = application_credential

    def source(name, provider, auth, **more):
        return {"id": name, "provider": provider, "region": "RegionOne", "auth": auth, **more}

    sources = [
        source("password", "glance", password, page_size=10, allow_delete=True),
        source("application-credential", "glance", {"type": "application_credential", "auth_url": cloud.keystone,
                                                    "id": credential_id, "secret": credential_secret}),
        source("token", "glance", {"type": "token", "auth_url": cloud.keystone, "token": token}),
        source("token-and-endpoint", "nova", {"type": "token", "token": token}, endpoint=cloud.nova),
        source("nova", "nova", password, page_size=10, allow_delete=True),
        source("nova-brief", "nova", password, nova={"listing": "brief"}),
        source("short-ttl", "glance", password, ttl="%ds" % SHORT_TTL),
        {"id": "from-cloud-entry", "provider": "glance", "cloud": "other"},
    ]
    if wrong_password:
        sources.append(source("wrong-password", "glance", {**password, "password": "not " + secret}))

    def entry(user):
        return {"region_name": "RegionOne", "identity_api_version": 3, "auth": {
            "auth_url": cloud.keystone, "username": user, "project_name": user, "user_domain_name": "Default",
            "project_domain_name": "Default"}}

    clouds = path("clouds.yaml", {"clouds": {"demo": entry("demo"), "other": entry("other")}})
    path("secure.yaml", {"clouds": {user: {"auth": {"password": secret}} for user in ("demo", "other")}})
    return path("polyglance.yaml", {
        "server": {"listen": "127.0.0.1:0", "admin": "", "drain_delay": "0"},
        "cache": {"ttl": "30m", "min_refresh": "1s"},
        "log": {"format": "json", "level": "info"},
        "openstack": {"clouds_file": clouds, "include": ["demo"], "services": ["glance", "nova"]},
        "sources": sources,
    })


# Which list each source must hold: (the user who sees it, the service that lists it).
LISTS = {"password": ("demo", "glance"), "application-credential": ("demo", "glance"), "token": ("demo", "glance"),
         "token-and-endpoint": ("demo", "nova"), "nova": ("demo", "nova"), "nova-brief": ("demo", "nova brief"),
         "from-cloud-entry": ("other", "glance"), "demo-glance": ("demo", "glance"), "demo-nova": ("demo", "nova"),
         "short-ttl": ("demo", "glance")}
