#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace polyglance {

/// Single insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The known word that `word` was probably meant to be, ignoring case and `-` for `_`; "" when none is close.
std::string near_miss(std::string_view word, std::span<const std::string> known);

} // namespace polyglance
