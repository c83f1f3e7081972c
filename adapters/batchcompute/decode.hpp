#pragma once

#include "adapters/decode_context.hpp"
#include "adapters/page_format.hpp"

namespace polyglance::batchcompute {

/// The pages of the list, and how one element of `Items` is read. It is no image when it is no object or has no usable
/// Id. Whatever else is odd becomes no value, and stays in the properties as it came. What the name tells of the system
/// is marked as inferred.
PageFormat page_format(const DecodeContext& context);

} // namespace polyglance::batchcompute
