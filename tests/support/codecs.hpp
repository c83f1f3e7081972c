#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/decode_context.hpp"
#include "model/image.hpp"
#include "model/json/tape.hpp"

namespace polyglance::test {

/// The decoder and the encoder of a provider.
std::optional<Image> decode_as(Provider provider, json::Value row, const DecodeContext& context = {});
/// Throws when `row` is no JSON document.
std::optional<Image> decode_as(Provider provider, std::string_view row, const DecodeContext& context = {});
std::string encode_as(Provider provider, const Image& image);

/// The images of a listing page, read through json::ListReader. Rows that are no image are left out. Throws when the
/// page is none.
std::vector<Image> decode_page(Provider provider, std::string_view body);

} // namespace polyglance::test
