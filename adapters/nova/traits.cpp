#include "adapters/nova/adapter.hpp"

namespace polyglance::nova {

const ProviderTraits& traits()
{
    static const ProviderTraits nova{
        .provider = Provider::nova,
        .title = "OpenStack Compute service (Nova), image proxy",
        .provides = {"architecture", "artifact",    "created_at", "links",     "min_disk_gib",
                     "min_ram_mib",  "name",        "native_id",  "origin",    "os.distro",
                     "os.family",    "os.name_raw", "os.version", "owner",     "properties",
                     "provider",     "region",      "size_bytes", "source",    "source_server_id",
                     "status",       "status_raw",  "uid",        "updated_at"},
        .auth = {AuthType::none, AuthType::token, AuthType::password, AuthType::application_credential, AuthType::aksk},
        .can_delete = true,
        .lists_changes = true,
        .page_size = 500,
        // Above its own maximum, 1000 by default, Nova sends what was asked for but leaves the next link out.
        .max_page_size = 1000};
    return nova;
}

std::vector<std::string_view> provides(const SourceConfig& config)
{
    if (config.nova_listing == NovaListing::brief) {
        return {"links", "name", "native_id", "properties", "provider", "region", "source", "uid"};
    }
    return traits().provides;
}

} // namespace polyglance::nova
