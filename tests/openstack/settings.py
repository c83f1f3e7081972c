"""The configuration files of the three OpenStack services, as small as they get."""

DATABASE = """[database]
connection = sqlite:///{state}/{name}.db?timeout=60
sqlite_synchronous = false
"""

# Tokens are asked about every time: a revoked one must be refused now, not when somebody's cache forgets it.
TOKENS = """[keystone_authtoken]
auth_url = {keystone}
www_authenticate_uri = {keystone}
auth_type = password
user_domain_name = Default
project_domain_name = Default
project_name = service
username = {name}
password = {password}
token_cache_time = -1
"""

KEYSTONE = """[DEFAULT]
use_stderr = true
[token]
expiration = {token_life}
[fernet_tokens]
key_repository = {state}/keys
[fernet_receipts]
key_repository = {state}/keys
[credential]
key_repository = {state}/keys
[cache]
enabled = true
backend = dogpile.cache.memory
[identity]
password_hash_rounds = 4
"""

GLANCE = """[DEFAULT]
use_stderr = true
enabled_backends = disk:file
limit_param_default = 25
api_limit_max = 1000
[glance_store]
default_backend = disk
[disk]
filesystem_store_datadir = {state}/images
[os_glance_staging_store]
filesystem_store_datadir = {state}/staging
[os_glance_tasks_store]
filesystem_store_datadir = {state}/tasks
[oslo_concurrency]
lock_path = {state}/locks
"""

GLANCE_PASTE = """[pipeline:glance-api]
pipeline = versionnegotiation authtoken context root
[composite:root]
paste.composite_factory = glance.api:root_app_factory
/ = versions
/v2 = v2
[app:versions]
paste.app_factory = glance.api.versions:create_resource
[app:v2]
paste.app_factory = glance.api.v2.router:API.factory
[filter:versionnegotiation]
paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory
[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
"""

NOVA = """[DEFAULT]
use_stderr = true
transport_url = fake:///
state_path = {state}
[glance]
endpoint_override = {glance}
[oslo_concurrency]
lock_path = {state}/locks
"""

NOVA_PASTE = """[composite:osapi_compute]
use = call:nova.api.openstack.urlmap:urlmap_factory
/ = versions
/v2.1 = v21
[composite:v21]
use = call:nova.api.auth:pipeline_factory_v21
keystone = request_id faults authtoken context app
[app:versions]
paste.app_factory = nova.api.openstack.compute.versions:Versions.factory
[app:app]
paste.app_factory = nova.api.openstack.compute:APIRouterV21.factory
[filter:request_id]
paste.filter_factory = oslo_middleware:RequestId.factory
[filter:faults]
paste.filter_factory = nova.api.openstack:FaultWrapper.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
[filter:context]
paste.filter_factory = nova.api.auth:NovaKeystoneContext.factory
"""
