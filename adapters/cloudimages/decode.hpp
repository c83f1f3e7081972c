#pragma once

#include <optional>

#include "adapters/decode_context.hpp"
#include "adapters/page_format.hpp"
#include "model/image.hpp"
#include "model/json/tape.hpp"

namespace polyglance::cloudimages {

/// Reads one element of `images`. Empty when it cannot be an image: no object, or without a usable id. Whatever else is
/// odd becomes no value, and stays in the properties as it came.
std::optional<Image> decode(json::Value row, const DecodeContext& context);

/// The pages these rows come in.
PageFormat page_format(const DecodeContext& context);

} // namespace polyglance::cloudimages
