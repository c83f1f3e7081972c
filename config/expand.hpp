#pragma once

#include "config/node.hpp"
#include "config/reading.hpp"

namespace polyglance::config {

/// Replaces `${NAME}` (environment) and `${file:/path}` (a secret file) inside the scalars that came from the file;
/// `$${` stands for `${`. What was put in is not looked at again. A variable that is not set, or a file that cannot
/// be taken, is a problem.
void expand_references(Node& root, Reading& reading);

} // namespace polyglance::config
