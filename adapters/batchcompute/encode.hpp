#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/image.hpp"

namespace polyglance::batchcompute {

enum class ImageType : std::uint8_t { system, self };

/// Appends `image` as an element of `Items`.
void append_element(std::string& out, const Image& image);

/// The list that an image stands in: the vendor's, or the account's own.
ImageType type_of(const Image& image);

/// What the service reads from the target of a list call.
struct ListRequest {
    ImageType type = ImageType::self; ///< also when the call names none, or an unknown one
    std::string marker;               ///< "" = from the start; else the page begins with this id
    std::size_t limit = 0;            ///< `MaxItemCount`: 50 when the call gives none, at most 100
};
ListRequest read_list_request(std::string_view target);

/// One page. `next_marker`: the id of the first image of the next page, "" when this is the last one.
std::string encode_page(std::span<const Image> images, std::string_view next_marker);

} // namespace polyglance::batchcompute
