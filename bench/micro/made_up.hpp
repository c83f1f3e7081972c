#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/image.hpp"

namespace polyglance::bench {

/// Image number `index` of an endless made-up cloud, the same on every machine: field values as varied as real ones
/// (seven distributions, fifty owners, one creation a minute), and some properties of its own.
Image made_up_image(std::size_t index);

std::vector<Image> made_up_images(std::size_t count);

/// One listing page of these images as a provider sends it.
std::string page_of(Provider provider, const std::vector<Image>& images);

} // namespace polyglance::bench
