#include "adapters/cloudimages/adapter.hpp"

namespace polyglance::cloudimages {

const ProviderTraits& traits()
{
    static const ProviderTraits cloudimages{
        .provider = Provider::cloudimages,
        .title = "Huawei Cloud IEC, images of a cloud region",
        .provides = {"architecture",
                     "artifact",
                     "backup_id",
                     "capabilities",
                     "checksum",
                     "container_format",
                     "created_at",
                     "deleted_at",
                     "description",
                     "disk_format",
                     "firmware",
                     "links",
                     "max_ram_mib",
                     "min_disk_gib",
                     "min_ram_mib",
                     "name",
                     "native_id",
                     "origin",
                     "os.bits",
                     "os.distro",
                     "os.family",
                     "os.name_raw",
                     "os.version",
                     "owner",
                     "parent_image_id",
                     "properties",
                     "protected",
                     "provider",
                     "region",
                     "registered",
                     "size_bytes",
                     "source",
                     "source_server_id",
                     "status",
                     "status_raw",
                     "tags",
                     "uid",
                     "updated_at",
                     "virtual_size_bytes",
                     "visibility"},
        .auth = {AuthType::none, AuthType::token, AuthType::password, AuthType::aksk},
        .can_delete = false,
        .lists_changes = false,
        .page_size = 500,
        .max_page_size = 500};
    return cloudimages;
}

} // namespace polyglance::cloudimages
