#include "cache/columns_builder.hpp"

#include <algorithm>

namespace polyglance {
namespace {

template <class Enum>
std::optional<std::string_view> word(const std::optional<Enum>& value)
{
    return value ? std::optional(to_string(*value)) : std::nullopt;
}

std::optional<std::int64_t> number(std::optional<bool> value)
{
    return value ? std::optional<std::int64_t>(*value) : std::nullopt;
}

std::optional<std::int64_t> number(std::optional<Instant> value)
{
    return value ? std::optional<std::int64_t>(value->time_since_epoch().count()) : std::nullopt;
}

std::optional<std::string_view> ecs_image_id(const Image& image)
{
    const auto found =
        std::ranges::find(image.alt_ids, "ecs_image_id", [](const auto& alt_id) { return alt_id.first; });
    return found == image.alt_ids.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

Dictionary dictionary_of(const Interner<std::string_view>& interner, const std::vector<Code>& sorted)
{
    std::vector<std::string_view> values;
    values.reserve(sorted.size());
    for (const Code code : sorted) {
        values.push_back(interner.value(code));
    }
    return Dictionary::of_texts(values);
}

Dictionary dictionary_of(const Interner<std::int64_t>& interner, const std::vector<Code>& sorted)
{
    std::vector<std::int64_t> values;
    values.reserve(sorted.size());
    for (const Code code : sorted) {
        values.push_back(interner.value(code));
    }
    return Dictionary::of_numbers(std::move(values));
}

/// Code by appearance -> code by value.
std::vector<Code> ranks_of(const std::vector<Code>& sorted)
{
    std::vector<Code> ranks(sorted.size() + 1, null_code);
    for (Code rank = 1; rank <= sorted.size(); ++rank) {
        ranks[sorted[rank - 1]] = rank;
    }
    return ranks;
}

template <class Collected>
Column finish_column(const Collected& collected, const std::vector<std::uint32_t>& row_order)
{
    const auto sorted = collected.interner.sorted();
    const auto ranks = ranks_of(sorted);
    std::vector<Code> codes;
    codes.reserve(row_order.size());
    for (const auto place : row_order) {
        codes.push_back(ranks[collected.codes[place]]);
    }
    return {.codes = Codes(codes, collected.interner.size()),
            .dictionary = std::make_shared<const Dictionary>(dictionary_of(collected.interner, sorted))};
}

} // namespace

void ColumnsBuilder::put(Field field, std::optional<std::string_view> value)
{
    auto& into = texts_[static_cast<std::size_t>(field)];
    into.codes.push_back(value ? into.interner.intern(*value) : null_code);
}

void ColumnsBuilder::put(Field field, std::optional<std::int64_t> value)
{
    auto& into = numbers_[static_cast<std::size_t>(field)];
    into.codes.push_back(value ? into.interner.intern(*value) : null_code);
}

bool ColumnsBuilder::add(const Image& image)
{
    if (contains(image.native_id)) {
        return false;
    }
    put_texts(image);
    put_words(image);
    put_numbers(image);
    put_tags(image);
    return true;
}

void ColumnsBuilder::put_texts(const Image& image)
{
    put(Field::native_id, std::optional<std::string_view>(image.native_id));
    put(Field::ecs_image_id, ecs_image_id(image));
    put(Field::name, image.name);
    put(Field::description, image.description);
    put(Field::status_raw, image.status_raw);
    put(Field::owner, image.owner);
    put(Field::os_distro, image.os.distro);
    put(Field::os_version, image.os.version);
    put(Field::os_name_raw, image.os.name_raw);
    put(Field::disk_format, image.disk_format);
    put(Field::container_format, image.container_format);
    put(Field::checksum_algo, image.checksum ? std::optional<std::string_view>(image.checksum->algo) : std::nullopt);
    put(Field::checksum_value, image.checksum ? std::optional<std::string_view>(image.checksum->value) : std::nullopt);
    put(Field::firmware, image.firmware);
    put(Field::source_server_id, image.source_server_id);
    put(Field::parent_image_id, image.parent_image_id);
    put(Field::backup_id, image.backup_id);
}

void ColumnsBuilder::put_words(const Image& image)
{
    put(Field::status, word(image.status));
    put(Field::visibility, word(image.visibility));
    put(Field::origin, word(image.origin));
    put(Field::artifact, word(image.artifact));
    put(Field::os_family, word(image.os.family));
    put(Field::architecture, word(image.architecture));
}

void ColumnsBuilder::put_numbers(const Image& image)
{
    put(Field::registered, number(image.registered));
    put(Field::is_protected, number(image.is_protected));
    // A record says only "true", so whatever else there was must count as one and the same.
    put(Field::hidden, number(std::optional(image.hidden.value_or(false))));
    put(Field::os_bits, image.os.bits ? std::optional<std::int64_t>(*image.os.bits) : std::nullopt);
    put(Field::size_bytes, image.size_bytes);
    put(Field::virtual_size_bytes, image.virtual_size_bytes);
    put(Field::min_disk_gib, image.min_disk_gib);
    put(Field::min_ram_mib, image.min_ram_mib);
    put(Field::max_ram_mib, image.max_ram_mib);
    put(Field::created_at, number(image.created_at));
    put(Field::updated_at, number(image.updated_at));
    put(Field::deleted_at, number(image.deleted_at));
}

void ColumnsBuilder::put_tags(const Image& image)
{
    if (image.tags) {
        for (const auto& tag : *image.tags) {
            tags_.codes.push_back(tags_.interner.intern(tag));
        }
    }
    tags_.ends.push_back(static_cast<std::uint32_t>(tags_.codes.size()));
    tags_.known.push_back(image.tags.has_value());
}

std::vector<std::uint32_t> ColumnsBuilder::row_order() const
{
    // Every image brought a new native id, so their codes number the images.
    auto order = native_ids().interner.sorted();
    for (auto& code : order) {
        --code;
    }
    return order;
}

TagLists ColumnsBuilder::finish_tags(const std::vector<std::uint32_t>& row_order) const
{
    TagLists out;
    const auto sorted = tags_.interner.sorted();
    const auto ranks = ranks_of(sorted);
    out.dictionary = std::make_shared<const Dictionary>(dictionary_of(tags_.interner, sorted));
    if (std::ranges::find(tags_.known, true) == tags_.known.end()) {
        return out;
    }
    out.codes.reserve(tags_.codes.size());
    out.ends.reserve(row_order.size());
    for (const auto place : row_order) {
        for (auto i = place > 0 ? tags_.ends[place - 1] : 0; i < tags_.ends[place]; ++i) {
            out.codes.push_back(ranks[tags_.codes[i]]);
        }
        out.ends.push_back(static_cast<std::uint32_t>(out.codes.size()));
        out.known.push_back(tags_.known[place]);
    }
    return out;
}

Columns ColumnsBuilder::finish(const std::vector<std::uint32_t>& row_order) const
{
    Columns out;
    out.rows_ = static_cast<std::uint32_t>(row_order.size());
    for (const auto& traits : all_fields()) {
        const auto index = static_cast<std::size_t>(traits.field);
        if (is_source_field(traits.field) || traits.type == FieldType::set) {
            continue;
        }
        const bool text = traits.type == FieldType::text || traits.type == FieldType::word;
        out.columns_[index] =
            text ? finish_column(texts_[index], row_order) : finish_column(numbers_[index], row_order);
    }
    out.tags_ = finish_tags(row_order);
    return out;
}

} // namespace polyglance
