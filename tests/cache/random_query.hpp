#pragma once

#include <rapidcheck/Gen.h>

#include "cache/query.hpp"

namespace polyglance::test {

/// A filter such as `parse_filter` makes, on values that images of `colliding_image` have or nearly have.
rc::Gen<Filter> any_filter();

/// None to three keys, nulls and ties either way.
rc::Gen<SortSpec> any_sort();

/// Few filters and words, so that something is often left.
rc::Gen<Query> any_query();

} // namespace polyglance::test
