#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/router.hpp"

namespace polyglance {

/// The OpenAPI 3.1 document of these routes: every one of them and nothing else.
std::string openapi_document(std::span<const Route> routes, std::string_view version);

/// Adds the route of /openapi.json, which describes all `routes` and itself. Call it last, then give them to the
/// router.
void add_openapi_route(std::vector<Route>& routes, std::string_view version);

} // namespace polyglance
