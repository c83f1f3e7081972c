#pragma once

#include <string>

namespace polyglance::bench {

/// The page that the stub cloud of the bench serves, from the file named by $GLANCE_PAGE. Throws when there is none:
/// it is written by ./dev bench.
std::string read_glance_page();

} // namespace polyglance::bench
