#include "adapters/batchcompute/adapter.hpp"

namespace polyglance::batchcompute {

const ProviderTraits& traits()
{
    static const ProviderTraits batchcompute{
        .provider = Provider::batchcompute,
        .title = "Alibaba Cloud BatchCompute images",
        .provides = {"alt_ids", "architecture", "created_at", "description", "name", "native_id", "origin", "os.bits",
                     "os.distro", "os.family", "os.name_raw", "os.version", "owner", "properties", "provider", "region",
                     "source", "uid", "visibility"},
        .auth = {AuthType::none, AuthType::acs},
        .can_delete = false,
        .lists_changes = false,
        .page_size = 100,
        .max_page_size = 100};
    return batchcompute;
}

} // namespace polyglance::batchcompute
