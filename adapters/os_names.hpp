#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/image.hpp"

namespace polyglance::wire {

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
