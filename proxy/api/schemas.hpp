#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "proxy/http/message.hpp"

namespace polyglance {

/// The schemas of all answers by component name ("Image", "ImageList", "Problem" ...), for OpenAPI: they refer to each
/// other as "#/components/schemas/...". Image is derived from the table of fields.
nlohmann::ordered_json component_schemas();

/// The same schema as a JSON Schema 2020-12 document of its own: what it refers to is in its `$defs`.
std::string schema_document(const std::string& component, const std::string& id);

/// GET /v1/schemas/{image|images|problem}
Response get_schema(const Request& request);

} // namespace polyglance
