#pragma once

#include "proxy/api/context.hpp"

namespace polyglance {

/// What this binary is: version, commit, compiler, libraries.
BuildInfo build_info(Instant started_at);

} // namespace polyglance
