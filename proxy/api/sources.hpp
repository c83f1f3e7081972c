#pragma once

#include "proxy/api/context.hpp"
#include "proxy/http/message.hpp"

namespace polyglance {

/// GET /v1/sources: what each configured source is and how it is doing. Never shows endpoints, users or credentials.
Response list_sources(const ApiContext& context, const Request& request);
/// GET /v1/sources/{id}
Response get_source(const ApiContext& context, const Request& request);
/// POST /v1/sources/{id}:refresh: asks for one drain and answers 202 without waiting for it.
Response refresh_source(ApiContext& context, const Request& request);

} // namespace polyglance
