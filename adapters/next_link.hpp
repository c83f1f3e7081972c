#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyglance {

/// The `marker` in a link's query, percent-decoded. It is all that is ever used of a link: the next call goes to the
/// configured origin, wherever the link points. Empty when there is none, or one that is no image id (empty, longer
/// than 1 KiB, badly encoded).
std::optional<std::string> marker_in(std::string_view href);

} // namespace polyglance
