#pragma once

#include <vector>

#include "model/image.hpp"

namespace polyglance {

// The images of the made-up clouds: the same at every start, newest first, as such clouds list them. Among them are the
// example records of the vendors' own documentation, names in Chinese, names that occur more than once, images without
// a name, snapshots, hidden and protected ones.

std::vector<Image> demo_glance_images();
std::vector<Image> demo_nova_images();
std::vector<Image> demo_cloudimages_images();
std::vector<Image> demo_batchcompute_images();

} // namespace polyglance
