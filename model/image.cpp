#include "model/image.hpp"

#include <array>

namespace polyglance {
namespace {

template <class Enum>
struct Words;

template <>
struct Words<Provider> {
    static constexpr std::array<std::string_view, 4> list{"nova", "glance", "cloudimages", "batchcompute"};
};
template <>
struct Words<Status> {
    static constexpr std::array<std::string_view, 8> list{"active",  "queued",         "saving",      "error",
                                                          "deleted", "pending_delete", "deactivated", "unknown"};
};
template <>
struct Words<Visibility> {
    static constexpr std::array<std::string_view, 4> list{"public", "private", "shared", "community"};
};
template <>
struct Words<Origin> {
    static constexpr std::array<std::string_view, 4> list{"provider", "self", "shared", "market"};
};
template <>
struct Words<Artifact> {
    static constexpr std::array<std::string_view, 6> list{"base",      "snapshot",   "backup",
                                                          "data_disk", "bare_metal", "iso"};
};
template <>
struct Words<OsFamily> {
    static constexpr std::array<std::string_view, 3> list{"linux", "windows", "other"};
};
template <>
struct Words<Architecture> {
    static constexpr std::array<std::string_view, 7> list{"x86_64",  "i686",  "aarch64", "armv7l",
                                                          "ppc64le", "s390x", "riscv64"};
};

template <class Enum>
std::string_view word_of(Enum value)
{
    return Words<Enum>::list.at(static_cast<std::size_t>(value));
}

} // namespace

std::string_view to_string(Provider value)
{
    return word_of(value);
}
std::string_view to_string(Status value)
{
    return word_of(value);
}
std::string_view to_string(Visibility value)
{
    return word_of(value);
}
std::string_view to_string(Origin value)
{
    return word_of(value);
}
std::string_view to_string(Artifact value)
{
    return word_of(value);
}
std::string_view to_string(OsFamily value)
{
    return word_of(value);
}
std::string_view to_string(Architecture value)
{
    return word_of(value);
}

template <class Enum>
std::optional<Enum> enum_from(std::string_view word)
{
    for (std::size_t i = 0; i < Words<Enum>::list.size(); ++i) {
        if (Words<Enum>::list[i] == word) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

template <class Enum>
std::vector<std::string_view> enum_words()
{
    return {Words<Enum>::list.begin(), Words<Enum>::list.end()};
}

template std::optional<Provider> enum_from(std::string_view);
template std::optional<Status> enum_from(std::string_view);
template std::optional<Visibility> enum_from(std::string_view);
template std::optional<Origin> enum_from(std::string_view);
template std::optional<Artifact> enum_from(std::string_view);
template std::optional<OsFamily> enum_from(std::string_view);
template std::optional<Architecture> enum_from(std::string_view);
template std::vector<std::string_view> enum_words<Provider>();
template std::vector<std::string_view> enum_words<Status>();
template std::vector<std::string_view> enum_words<Visibility>();
template std::vector<std::string_view> enum_words<Origin>();
template std::vector<std::string_view> enum_words<Artifact>();
template std::vector<std::string_view> enum_words<OsFamily>();
template std::vector<std::string_view> enum_words<Architecture>();

namespace {

template <class To, class From>
std::optional<To> convert(const std::optional<From>& from)
{
    return from ? std::optional<To>(To(*from)) : std::nullopt;
}

template <class To, class From>
BasicCapabilities<To> convert_capabilities(const BasicCapabilities<From>& from)
{
    BasicCapabilities<To> to;
    for (const auto& [name, value] : from) {
        const auto* const text = std::get_if<From>(&value);
        to.emplace_back(To(name), text != nullptr ? std::variant<bool, To>(To(*text)) : std::get<bool>(value));
    }
    return to;
}

template <class To, class From>
void convert_lists(const BasicImage<From>& from, BasicImage<To>& to)
{
    for (const auto& [kind, id] : from.alt_ids) {
        to.alt_ids.emplace_back(To(kind), To(id));
    }
    if (from.capabilities) {
        to.capabilities = convert_capabilities<To>(*from.capabilities);
    }
    if (from.tags) {
        to.tags.emplace(from.tags->begin(), from.tags->end());
    }
    for (const auto& link : from.links) {
        to.links.push_back({.rel = To(link.rel), .href = To(link.href), .type = convert<To>(link.type)});
    }
    for (const auto& property : from.properties) {
        to.properties.push_back({.key = To(property.key), .json = To(property.json)});
    }
    to.inferred.assign(from.inferred.begin(), from.inferred.end());
}

template <class To, class From>
BasicImage<To> convert_image(const BasicImage<From>& from)
{
    BasicImage<To> to;
    to.native_id = To(from.native_id);
    to.name = convert<To>(from.name);
    to.description = convert<To>(from.description);
    to.status = from.status;
    to.status_raw = convert<To>(from.status_raw);
    to.visibility = from.visibility;
    to.origin = from.origin;
    to.artifact = from.artifact;
    to.registered = from.registered;
    to.is_protected = from.is_protected;
    to.hidden = from.hidden;
    to.owner = convert<To>(from.owner);
    to.os = {.family = from.os.family,
             .distro = convert<To>(from.os.distro),
             .version = convert<To>(from.os.version),
             .name_raw = convert<To>(from.os.name_raw),
             .bits = from.os.bits};
    to.architecture = from.architecture;
    to.size_bytes = from.size_bytes;
    to.virtual_size_bytes = from.virtual_size_bytes;
    to.min_disk_gib = from.min_disk_gib;
    to.min_ram_mib = from.min_ram_mib;
    to.max_ram_mib = from.max_ram_mib;
    to.disk_format = convert<To>(from.disk_format);
    to.container_format = convert<To>(from.container_format);
    if (from.checksum) {
        to.checksum = {.algo = To(from.checksum->algo), .value = To(from.checksum->value)};
    }
    to.firmware = convert<To>(from.firmware);
    to.created_at = from.created_at;
    to.updated_at = from.updated_at;
    to.deleted_at = from.deleted_at;
    to.source_server_id = convert<To>(from.source_server_id);
    to.parent_image_id = convert<To>(from.parent_image_id);
    to.backup_id = convert<To>(from.backup_id);
    convert_lists(from, to);
    return to;
}

} // namespace

WireImage look_at(const Image& image)
{
    return convert_image<std::string_view>(image);
}

Image own(const WireImage& image)
{
    return convert_image<std::string>(image);
}

std::string make_uid(std::string_view source, std::string_view native_id)
{
    std::string uid;
    uid.reserve(source.size() + 1 + native_id.size());
    uid.append(source).append(1, '~').append(native_id);
    return uid;
}

std::optional<UidParts> split_uid(std::string_view uid)
{
    const auto tilde = uid.find('~');
    if (tilde == std::string_view::npos || tilde == 0 || tilde + 1 == uid.size()) {
        return std::nullopt;
    }
    return UidParts{uid.substr(0, tilde), uid.substr(tilde + 1)};
}

} // namespace polyglance
