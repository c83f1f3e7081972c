#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/image.hpp"

namespace polyglance::wire {

/// The slug of a distribution in our table, however it is spelled: "Red Hat", "RedHat" and "rhel" are `rhel`. Empty for
/// all others, also for Huawei's "Other".
std::optional<std::string_view> known_distro(std::string_view text);
/// As `known_distro`; a name outside the table becomes a slug of its own ("Void Linux" is `voidlinux`) if it is made of
/// ASCII letters, digits and dots.
std::optional<std::string> distro_slug(std::string_view text);
/// The family that a distribution of our table belongs to.
std::optional<OsFamily> family_of(std::string_view distro);
/// How Huawei's `__platform` spells a distribution; empty when it has no word for it.
std::optional<std::string_view> platform_word(std::string_view distro);

/// What a text like `CentOS 7.4 64bit` says.
struct OsVersion {
    std::optional<std::string> version;
    std::optional<int> bits;
};
/// Takes one `32bit`/`64bit` and the leading name of `platform` (in any spelling we know) off `text`; the rest is the
/// version. `platform` may be "".
OsVersion parse_os_version(std::string_view text, std::string_view platform);

/// What an image name of the form `distro-version-x64` says.
struct NamedOs {
    std::string_view distro;
    std::string version;
    std::optional<int> bits; ///< the suffix `-x64` or `-x86` may be missing
};
/// Separators are '-', '_' and blanks. A version begins with a digit, behind the edition for Windows ("Server 2008
/// R2"). Empty when the name has another form.
std::optional<NamedOs> parse_image_name(std::string_view name);

/// The architecture that 32 or 64 bits stand for where nothing else is said.
std::optional<Architecture> architecture_for(std::optional<int> bits);

} // namespace polyglance::wire
