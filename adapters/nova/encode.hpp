#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/image.hpp"

namespace polyglance::nova {

enum class View : std::uint8_t { brief, detail };

/// Appends `image` as an element of the detailed list. What Nova has no word for is left out; an unknown size is 0, as
/// Nova writes it.
void append_element(std::string& out, const Image& image);
/// Appends `image` as an element of the brief list: id, name and links.
void append_brief_element(std::string& out, const Image& image);

/// What a compute service reads from the target of a list call.
struct ListRequest {
    View view = View::brief; ///< by the path: .../images or .../images/detail
    std::string marker;      ///< "" = from the start; else the page begins behind this id
    std::size_t limit = 0;   ///< 1000 when the call gives none, and at most
    std::string target;      ///< as it came
};
ListRequest read_list_request(std::string_view target);

/// One page. `origin`: scheme, host and port of the service, for the link to the next page.
/// `more`: images follow behind the last one here.
std::string encode_page(std::span<const Image> images, const ListRequest& request, std::string_view origin, bool more);

} // namespace polyglance::nova
