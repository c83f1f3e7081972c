#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/router.hpp"

namespace polyglance {

/// A path that is answered at once, without waiting for anything.
struct PlainRoute {
    Method method = Method::get;
    std::string pattern;
    RouteDoc doc;
    std::vector<std::string_view> offers{}; ///< media types it can answer with; none = not negotiated
    std::function<Response(const Request&)> answer;
    Audience audience = Audience::data;
    Access access = Access::open;
};

/// Its row in the route table. Query parameters that `doc` does not name, repeated ones and unacceptable `Accept` are
/// refused before `answer` is called.
Route plain_route(PlainRoute plain);

} // namespace polyglance
