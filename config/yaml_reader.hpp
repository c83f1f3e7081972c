#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/node.hpp"
#include "config/reading.hpp"

namespace polyglance::config {

/// Reads one YAML (or JSON) document; `name` is how messages call it. Anchors, aliases and `<<` are resolved, and
/// bounded: a document may not blow up, nest deeply or refer to itself. A duplicate key is a problem and the first one
/// counts. Empty when the text is no such document; the reason is then among the problems.
std::optional<Node> read_yaml(std::string_view text, const std::string& name, Reading& reading);

} // namespace polyglance::config
