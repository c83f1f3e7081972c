#include "cache/image_view.hpp"

#include <algorithm>

#include "model/json/tape.hpp"
#include "model/json/write.hpp"

namespace polyglance {
namespace {

FieldView view(const std::optional<std::string_view>& text)
{
    return text ? FieldView(*text) : FieldView();
}

template <class Enum>
    requires std::is_enum_v<Enum>
FieldView view(const std::optional<Enum>& word)
{
    return word ? FieldView(to_string(*word)) : FieldView();
}

template <std::integral Number>
FieldView view(const std::optional<Number>& number)
{
    return number ? FieldView(std::int64_t{*number}) : FieldView();
}

FieldView view(const std::optional<Instant>& time)
{
    return time ? FieldView(std::int64_t{time->time_since_epoch().count()}) : FieldView();
}

void look_at_lists(const WireImage& image, ImageView& into)
{
    into.alt_ids.assign(image.alt_ids.begin(), image.alt_ids.end());
    into.has_capabilities = image.capabilities.has_value();
    if (image.capabilities) {
        for (const auto& [name, content] : *image.capabilities) {
            const auto* const text = std::get_if<std::string_view>(&content);
            into.capabilities.emplace_back(name, text != nullptr ? FieldView(*text)
                                                                 : FieldView(std::int64_t{std::get<bool>(content)}));
        }
    }
    into.has_tags = image.tags.has_value();
    if (image.tags) {
        into.tags.assign(image.tags->begin(), image.tags->end());
    }
    for (const auto& link : image.links) {
        into.links.push_back({.rel = link.rel, .href = link.href, .type = link.type});
    }
    for (const auto& property : image.properties) {
        into.properties.emplace_back(property.key, property.json);
    }
    into.inferred.assign(image.inferred.begin(), image.inferred.end());
}

/// Years 1 to 9999: what a timestamp can say.
bool is_writable_time(std::int64_t micros)
{
    constexpr std::int64_t second = 1'000'000;
    return micros >= -62'135'596'800 * second && micros < 253'402'300'800 * second;
}

bool is_word_of(Field field, std::string_view text)
{
    switch (field) {
    case Field::status:
        return enum_from<Status>(text).has_value();
    case Field::visibility:
        return enum_from<Visibility>(text).has_value();
    case Field::origin:
        return enum_from<Origin>(text).has_value();
    case Field::artifact:
        return enum_from<Artifact>(text).has_value();
    case Field::os_family:
        return enum_from<OsFamily>(text).has_value();
    default:
        return enum_from<Architecture>(text).has_value();
    }
}

bool is_sound_value(const FieldView& value, const FieldTraits& traits)
{
    const auto* const text = std::get_if<std::string_view>(&value);
    const auto* const number = std::get_if<std::int64_t>(&value);
    switch (traits.type) {
    case FieldType::word:
        return number == nullptr && (text == nullptr || is_word_of(traits.field, *text));
    case FieldType::text:
        return number == nullptr && (text == nullptr || json::valid_utf8(*text));
    case FieldType::boolean:
        return text == nullptr && (number == nullptr || *number == 0 || *number == 1);
    case FieldType::time:
        return text == nullptr && (number == nullptr || is_writable_time(*number));
    default:
        return text == nullptr;
    }
}

/// Most are words and short strings; these need no parser.
bool is_json(std::string_view text)
{
    const bool is_plain_string =
        text.size() >= 2 && text.front() == '"' && text.back() == '"' &&
        std::ranges::all_of(text.substr(1, text.size() - 2), [](char c) { return c >= ' ' && c != '"' && c != '\\'; });
    if (is_plain_string || text == "true" || text == "false" || text == "null") {
        return true;
    }
    const auto tape = json::Tape::parse(text);
    return tape && tape->valid_utf8();
}

} // namespace

ImageView& ImageView::operator=(const WireImage& image)
{
    ImageView& at = *this;
    clear();
    at[Field::native_id] = image.native_id;
    at[Field::name] = view(image.name);
    at[Field::description] = view(image.description);
    at[Field::status] = view(image.status);
    at[Field::status_raw] = view(image.status_raw);
    at[Field::visibility] = view(image.visibility);
    at[Field::origin] = view(image.origin);
    at[Field::artifact] = view(image.artifact);
    at[Field::registered] = view(image.registered);
    at[Field::is_protected] = view(image.is_protected);
    // A record says only "true", so whatever else there was must count as one and the same.
    at[Field::hidden] = std::int64_t{image.hidden.value_or(false)};
    at[Field::owner] = view(image.owner);
    at[Field::os_family] = view(image.os.family);
    at[Field::os_distro] = view(image.os.distro);
    at[Field::os_version] = view(image.os.version);
    at[Field::os_name_raw] = view(image.os.name_raw);
    at[Field::os_bits] = view(image.os.bits);
    at[Field::architecture] = view(image.architecture);
    at[Field::size_bytes] = view(image.size_bytes);
    at[Field::virtual_size_bytes] = view(image.virtual_size_bytes);
    at[Field::min_disk_gib] = view(image.min_disk_gib);
    at[Field::min_ram_mib] = view(image.min_ram_mib);
    at[Field::max_ram_mib] = view(image.max_ram_mib);
    at[Field::disk_format] = view(image.disk_format);
    at[Field::container_format] = view(image.container_format);
    if (image.checksum) {
        at[Field::checksum_algo] = image.checksum->algo;
        at[Field::checksum_value] = image.checksum->value;
    }
    at[Field::firmware] = view(image.firmware);
    at[Field::created_at] = view(image.created_at);
    at[Field::updated_at] = view(image.updated_at);
    at[Field::deleted_at] = view(image.deleted_at);
    at[Field::source_server_id] = view(image.source_server_id);
    at[Field::parent_image_id] = view(image.parent_image_id);
    at[Field::backup_id] = view(image.backup_id);
    look_at_lists(image, *this);
    return *this;
}

FieldView ImageView::ecs_image_id() const
{
    const auto found = std::ranges::find(alt_ids, ecs_image_id_name, &Pair::first);
    return found == alt_ids.end() ? FieldView() : FieldView(found->second);
}

void ImageView::clear()
{
    values.fill({});
    alt_ids.clear();
    has_capabilities = false;
    capabilities.clear();
    has_tags = false;
    tags.clear();
    links.clear();
    properties.clear();
    inferred.clear();
    composed.clear();
}

bool ImageView::is_sound() const
{
    const auto utf8 = [](std::string_view text) { return json::valid_utf8(text); };
    const auto utf8_pair = [&](const Pair& pair) { return utf8(pair.first) && utf8(pair.second); };
    const auto sound_capability = [&](const auto& capability) {
        const auto* const text = std::get_if<std::string_view>(&capability.second);
        return utf8(capability.first) && (text == nullptr || utf8(*text));
    };
    const auto sound_link = [&](const LinkView& link) {
        return utf8(link.rel) && utf8(link.href) && (!link.type || utf8(*link.type));
    };
    return std::ranges::all_of(all_fields(),
                               [&](const auto& traits) { return is_sound_value((*this)[traits.field], traits); }) &&
           std::ranges::all_of(alt_ids, utf8_pair) && std::ranges::all_of(capabilities, sound_capability) &&
           std::ranges::all_of(tags, utf8) && std::ranges::all_of(links, sound_link) &&
           std::ranges::all_of(properties, utf8_pair) && std::ranges::all_of(properties, is_json, &Pair::second) &&
           std::ranges::all_of(inferred, utf8);
}

} // namespace polyglance
