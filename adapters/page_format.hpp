#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "model/image.hpp"
#include "model/json/tape.hpp"

namespace polyglance {

/// What a provider's listing page looks like.
struct PageFormat {
    std::vector<std::string_view> list_members; ///< as for json::ListReader
    std::string_view id_member;                 ///< of a row: what a marker is made of
    bool bare_array = false;                    ///< the list may be the whole document
    std::uint64_t pass = 0;                     ///< of the listing: the same row may mean another image in another one
    /// One row, always an object of valid UTF-8; empty when it is no image.
    std::function<std::optional<Image>(json::Value row)> decode;
};

} // namespace polyglance
