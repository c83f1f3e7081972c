#pragma once

#include <nlohmann/json_fwd.hpp>

namespace polyglance {

/// The JSON Schema of one image, from the table of fields. Only uid is required: `view`, `fields` and `omit_null` leave
/// members out.
nlohmann::ordered_json image_schema();

} // namespace polyglance
