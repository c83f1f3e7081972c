#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace polyglance {

/// How a unified field compares and what its text looks like.
enum class FieldType : std::uint8_t {
    text,    ///< open set of strings, compared by code point
    word,    ///< closed set of words, compared by code point
    integer, ///< int64
    boolean, ///< true / false
    time,    ///< timestamp; compared as time
    set,     ///< several strings per image: tags
};

/// Every unified field that can be filtered. One table: the query parser, the columns, the published schemas, OpenAPI
/// and /v1/providers all read it.
enum class Field : std::uint8_t {
    uid,
    provider,
    source,
    region,
    native_id,
    ecs_image_id,
    name,
    description,
    status,
    status_raw,
    visibility,
    origin,
    artifact,
    registered,
    is_protected,
    hidden,
    owner,
    os_family,
    os_distro,
    os_version,
    os_name_raw,
    os_bits,
    architecture,
    size_bytes,
    virtual_size_bytes,
    min_disk_gib,
    min_ram_mib,
    max_ram_mib,
    disk_format,
    container_format,
    checksum_algo,
    checksum_value,
    firmware,
    tag,
    created_at,
    updated_at,
    deleted_at,
    source_server_id,
    parent_image_id,
    backup_id,
    count_, // number of fields
};

/// True for the fields that are the same in all rows of a source or made of its id: no row holds them.
constexpr bool is_source_field(Field field)
{
    return field == Field::uid || field == Field::provider || field == Field::source || field == Field::region;
}

struct FieldTraits {
    Field field;
    std::string_view name; ///< as in the API: "os.distro", "protected", "alt_ids.ecs_image_id", "tag"
    FieldType type;
    bool sortable;
    std::string_view member; ///< the name under which `provides` lists it: "os.distro", "checksum", "tags", "alt_ids"
};

const FieldTraits& traits_of(Field field);
std::span<const FieldTraits> all_fields();
/// True when the values are texts, false when they are numbers.
bool holds_text(Field field);
/// By API name; exact.
std::optional<Field> field_from(std::string_view name);
/// The allowed words of a `word` field; empty for the others.
std::vector<std::string_view> words_of(Field field);

} // namespace polyglance
