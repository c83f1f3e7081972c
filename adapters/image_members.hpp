#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/element_writer.hpp"
#include "adapters/wire_row.hpp"
#include "model/image.hpp"

/// The members that Glance and Huawei's cloudimages share: one service is a descendant of the other.
namespace polyglance::wire {

/// Takes them from `row`.
void read_image_members(WireRow& row, WireImage& image);
/// Writes those that have a value, without the links.
void append_image_members(ElementWriter& element, const Image& image);
/// Writes `self`, `file` and `schema`, as far as the image has them.
void append_image_links(ElementWriter& element, const Image& image);

/// What an image service's status word stands for; unknown for all words it is not known to use.
Status status_from_image_word(std::string_view word);
/// The word an image service would send: the image's own if it means the same, else the usual one.
std::optional<std::string> image_word(const Image& image);

/// Fills what follows from the members read: the family from the distribution.
void infer_family(WireImage& image);

} // namespace polyglance::wire
