#pragma once

#include "adapters/decode_context.hpp"
#include "adapters/page_format.hpp"

namespace polyglance::nova {

/// The pages of the list, brief or detailed, and how one element of `images` is read. It is no image when it is no
/// object or has no usable id. Whatever else is odd becomes no value, and stays in the properties as it came. A
/// metadata member `x` that has no field of its own is the property `metadata.x`.
PageFormat page_format(const DecodeContext& context);

} // namespace polyglance::nova
