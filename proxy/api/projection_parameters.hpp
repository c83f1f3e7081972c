#pragma once

#include "cache/record.hpp"
#include "proxy/api/query_string.hpp"

namespace polyglance {

/// Reads `view`, `fields` and `omit_null`: which members of an image an answer shows.
Projection read_projection(QueryReader& query, Projection::View default_view);

} // namespace polyglance
