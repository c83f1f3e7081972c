#pragma once

#include "adapters/decode_context.hpp"
#include "adapters/page_format.hpp"

namespace polyglance::glance {

/// The pages of the list, and how one element of `images` is read, in OpenStack's dialect or Huawei's. It is no image
/// when it is no object or has no usable id. Whatever else is odd becomes no value, and stays in the properties as it
/// came.
PageFormat page_format(const DecodeContext& context);

} // namespace polyglance::glance
