#pragma once

#include "proxy/api/context.hpp"
#include "proxy/http/message.hpp"

namespace polyglance {

/// GET /: where everything is.
Response get_index(const ApiContext& context, const Request& request);
/// GET /problems/{code}: what an error means, as HTML or JSON by Accept.
Response get_problem(const Request& request);
/// GET /version
Response get_version(const ApiContext& context, const Request& request);
/// GET /livez and /healthz: 200 while the event loops answer. Depends on nothing outside the process.
Response get_liveness(const ApiContext& context, const Request& request);
/// GET /readyz: 200 while requests are welcome. `?verbose` lists what was checked, and the sources, for people.
Response get_readiness(const ApiContext& context, const Request& request);

} // namespace polyglance
