#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "model/image.hpp"

namespace polyglance::cloudimages {

/// Appends `image` as an element of `images`.
void append_element(std::string& out, const Image& image);

/// What Huawei's edge service reads from the target of a list call.
struct ListRequest {
    std::string region;     ///< the last segment of /v1/cloudimages/{region_id}; "" when the path is another
    std::string marker;     ///< "" = from the start; else the page begins behind this id
    std::size_t limit = 0;  ///< 500 when the call gives none, and at most
    std::string image_type; ///< `__imagetype`: gold, private; "" = all
};
ListRequest read_list_request(std::string_view target);

/// One page. There is no member for paging: a page shorter than the limit is the last one.
std::string encode_page(std::span<const Image> images);

} // namespace polyglance::cloudimages
