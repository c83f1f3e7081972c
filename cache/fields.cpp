#include "cache/fields.hpp"

#include <algorithm>
#include <array>

#include "model/image.hpp"

namespace polyglance {
namespace {

using enum FieldType;
constexpr std::size_t field_count = static_cast<std::size_t>(Field::count_);

constexpr std::array<FieldTraits, field_count> table{{
    {Field::uid, "uid", text, true, "uid"},
    {Field::provider, "provider", word, true, "provider"},
    {Field::source, "source", text, true, "source"},
    {Field::region, "region", text, true, "region"},
    {Field::native_id, "native_id", text, true, "native_id"},
    {Field::ecs_image_id, "alt_ids.ecs_image_id", text, true, "alt_ids"},
    {Field::name, "name", text, true, "name"},
    {Field::description, "description", text, true, "description"},
    {Field::status, "status", word, true, "status"},
    {Field::status_raw, "status_raw", text, true, "status_raw"},
    {Field::visibility, "visibility", word, true, "visibility"},
    {Field::origin, "origin", word, true, "origin"},
    {Field::artifact, "artifact", word, true, "artifact"},
    {Field::registered, "registered", boolean, true, "registered"},
    {Field::is_protected, "protected", boolean, true, "protected"},
    {Field::hidden, "hidden", boolean, true, "hidden"},
    {Field::owner, "owner", text, true, "owner"},
    {Field::os_family, "os.family", word, true, "os.family"},
    {Field::os_distro, "os.distro", text, true, "os.distro"},
    {Field::os_version, "os.version", text, true, "os.version"},
    {Field::os_name_raw, "os.name_raw", text, true, "os.name_raw"},
    {Field::os_bits, "os.bits", integer, true, "os.bits"},
    {Field::architecture, "architecture", word, true, "architecture"},
    {Field::size_bytes, "size_bytes", integer, true, "size_bytes"},
    {Field::virtual_size_bytes, "virtual_size_bytes", integer, true, "virtual_size_bytes"},
    {Field::min_disk_gib, "min_disk_gib", integer, true, "min_disk_gib"},
    {Field::min_ram_mib, "min_ram_mib", integer, true, "min_ram_mib"},
    {Field::max_ram_mib, "max_ram_mib", integer, true, "max_ram_mib"},
    {Field::disk_format, "disk_format", text, true, "disk_format"},
    {Field::container_format, "container_format", text, true, "container_format"},
    {Field::checksum_algo, "checksum.algo", text, true, "checksum"},
    {Field::checksum_value, "checksum.value", text, true, "checksum"},
    {Field::firmware, "firmware", text, true, "firmware"},
    {Field::tag, "tag", set, false, "tags"},
    {Field::created_at, "created_at", time, true, "created_at"},
    {Field::updated_at, "updated_at", time, true, "updated_at"},
    {Field::deleted_at, "deleted_at", time, true, "deleted_at"},
    {Field::source_server_id, "source_server_id", text, true, "source_server_id"},
    {Field::parent_image_id, "parent_image_id", text, true, "parent_image_id"},
    {Field::backup_id, "backup_id", text, true, "backup_id"},
}};

constexpr bool rows_stand_at_their_field()
{
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].field != static_cast<Field>(i)) {
            return false;
        }
    }
    return true;
}
static_assert(rows_stand_at_their_field());

} // namespace

const FieldTraits& traits_of(Field field)
{
    return table.at(static_cast<std::size_t>(field));
}

std::span<const FieldTraits> all_fields()
{
    return table;
}

bool holds_text(Field field)
{
    const auto type = traits_of(field).type;
    return type == FieldType::text || type == FieldType::word;
}

std::optional<Field> field_from(std::string_view name)
{
    const auto found = std::ranges::find(table, name, &FieldTraits::name);
    return found == table.end() ? std::nullopt : std::optional(found->field);
}

std::vector<std::string_view> words_of(Field field)
{
    switch (field) {
    case Field::provider:
        return enum_words<Provider>();
    case Field::status:
        return enum_words<Status>();
    case Field::visibility:
        return enum_words<Visibility>();
    case Field::origin:
        return enum_words<Origin>();
    case Field::artifact:
        return enum_words<Artifact>();
    case Field::os_family:
        return enum_words<OsFamily>();
    case Field::architecture:
        return enum_words<Architecture>();
    default:
        return {};
    }
}

} // namespace polyglance
