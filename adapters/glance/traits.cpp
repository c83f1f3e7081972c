#include "adapters/glance/adapter.hpp"

namespace polyglance::glance {

const ProviderTraits& traits()
{
    static const ProviderTraits glance{
        .provider = Provider::glance,
        .title = "OpenStack Image service (Glance) v2, Huawei IMS",
        .provides = {"architecture",     "artifact",   "backup_id",   "capabilities",     "checksum",
                     "container_format", "created_at", "deleted_at",  "description",      "disk_format",
                     "firmware",         "hidden",     "links",       "max_ram_mib",      "min_disk_gib",
                     "min_ram_mib",      "name",       "native_id",   "origin",           "os.bits",
                     "os.distro",        "os.family",  "os.name_raw", "os.version",       "owner",
                     "parent_image_id",  "properties", "protected",   "provider",         "region",
                     "registered",       "size_bytes", "source",      "source_server_id", "status",
                     "status_raw",       "tags",       "uid",         "updated_at",       "virtual_size_bytes",
                     "visibility"},
        .auth = {AuthType::none, AuthType::token, AuthType::password, AuthType::application_credential, AuthType::aksk},
        .can_delete = true,
        .lists_changes = true,
        .page_size = 1000, // the default `api_limit_max`; what is above is trimmed silently
        .max_page_size = 1000};
    return glance;
}

} // namespace polyglance::glance
