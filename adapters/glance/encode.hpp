#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "adapters/glance/schema.hpp"
#include "model/image.hpp"

namespace polyglance::glance {

/// Appends `image` as an element of `images`, in the dialect that has words for what it holds: Huawei's when the image
/// says something OpenStack cannot.
void append_element(std::string& out, const Image& image);
void append_element(std::string& out, const Image& image, Dialect dialect);

/// What an image service reads from the target of a list call.
struct ListRequest {
    std::string marker;     ///< "" = from the start; else the page begins behind this id
    std::size_t limit = 0;  ///< 25 when the call gives none, at most 1000; 0 asks for an empty page
    bool os_hidden = false; ///< list the hidden images instead of the others
    std::string target;     ///< as it came
};
ListRequest read_list_request(std::string_view target);

/// One page. `more`: images follow behind the last one here.
std::string encode_page(std::span<const Image> images, const ListRequest& request, bool more);

} // namespace polyglance::glance
