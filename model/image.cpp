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
