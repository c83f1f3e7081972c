#pragma once

#include <vector>

#include "proxy/api/context.hpp"
#include "proxy/http/router.hpp"

namespace polyglance {

/// The rows of the unified API, health and discovery included, but for /openapi.json: `add_openapi_route` adds that
/// when the table is complete. `context` outlives the routes.
std::vector<Route> api_routes(ApiContext& context);

} // namespace polyglance
