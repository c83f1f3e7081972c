#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/composed_texts.hpp"
#include "model/image.hpp"

namespace polyglance::wire {

/// Blanks, '-' and '_': what names of systems are spelled with or without.
bool is_separator(char c);
/// `text` in lower case and without separators: equal for all spellings of a name.
std::string fold_name(std::string_view text);

/// The slug of a distribution in our table, however it is spelled: "Red Hat", "RedHat" and "rhel" are `rhel`. Empty for
/// all others, also for Huawei's "Other".
std::optional<std::string_view> known_distro(std::string_view text);
/// As `known_distro`; a name outside the table becomes a slug of its own ("Void Linux" is `voidlinux`) if it is made of
/// ASCII letters, digits and dots.
std::optional<std::string_view> distro_slug(std::string_view text, ComposedTexts& texts);
/// The family that a distribution of our table belongs to.
std::optional<OsFamily> family_of(std::string_view distro);
/// How Huawei's `__platform` spells a distribution; empty when it has no word for it.
std::optional<std::string_view> platform_word(std::string_view distro);

} // namespace polyglance::wire
