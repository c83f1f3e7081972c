#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/image.hpp"

namespace polyglance::test {

/// `image` as the unified record, without what its source adds (uid, provider, source, region) and without the optional
/// members `hidden` and `inferred`. Written apart from the program's own writer, to check it and the decoders by.
nlohmann::json image_json(const Image& image);

} // namespace polyglance::test
