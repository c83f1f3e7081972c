#pragma once

#include "config/node.hpp"
#include "config/reading.hpp"

namespace polyglance::config {

/// Puts every `POLYGLANCE_SECTION__KEY` variable over the tree (`__` = one level down, a number = a place in a list).
/// POLYGLANCE_CONFIG names the file, and Kubernetes' links to services called polyglance-... are not ours.
void overlay_environment(Node& root, Reading& reading);

/// Puts the command line's `section.key` values over the tree.
void overlay_overrides(Node& root, Reading& reading);

} // namespace polyglance::config
