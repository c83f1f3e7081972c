#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "adapters/decode_context.hpp"
#include "adapters/row_space.hpp"
#include "model/image.hpp"
#include "model/json/tape.hpp"

namespace polyglance {

/// What a provider's listing page looks like.
struct PageFormat {
    std::vector<std::string_view> list_members; ///< as for json::ListReader
    std::string_view id_member;                 ///< of a row: what a marker is made of
    bool bare_array = false;                    ///< the list may be the whole document
    std::uint64_t pass = 0;                     ///< of the listing: the same row may mean another image in another one
    /// One row, always an object of valid UTF-8; null when it is no image. The image is valid until the next call, and
    /// as long as the row is.
    std::function<const WireImage*(json::Value row)> decode;
};

/// Reads `row` into `space`; false when it is no image.
using DecodeRow = bool (*)(json::Value row, const DecodeContext& context, wire::RowSpace& space);
/// As `PageFormat::decode`.
inline std::function<const WireImage*(json::Value row)> decode_with(DecodeRow decode, const DecodeContext& context)
{
    return [decode, context, space = std::make_shared<wire::RowSpace>()](json::Value row) {
        return decode(row, context, *space) ? &space->image : nullptr;
    };
}

} // namespace polyglance
