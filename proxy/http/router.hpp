#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/admission.hpp"
#include "proxy/http/message.hpp"

namespace polyglance {

namespace asio = boost::asio;

/// A query or header parameter of a route, for OpenAPI.
struct ParameterDoc {
    std::string name;
    std::string where; ///< "query", "path" or "header"
    std::string description;
    std::string schema_json; ///< its JSON Schema
    bool required = false;
};

/// What the published description says about a route.
struct RouteDoc {
    std::string operation_id = {};
    std::string summary = {};
    std::vector<ParameterDoc> parameters{};
    std::string response_schema{}; ///< "#/components/schemas/ImageList"; "" = no JSON body
    int success = 200;
    std::vector<int> errors{}; ///< other statuses it answers
};

/// Which listener serves a route.
enum class Audience : std::uint8_t { data, admin, both };

/// Answers a request, waiting as long as it takes. The request outlives the answer.
using Handler = std::function<asio::awaitable<Response>(const Request&)>;
/// Answers a request from what is at hand, without waiting; empty: it cannot, the `Handler` must.
using AtHand = std::function<std::optional<Response>(const Request&)>;

/// One row of the route table: the router, `Allow` and /openapi.json all come from it.
struct Route {
    Method method = Method::get; ///< a GET route also answers HEAD
    std::string pattern;         ///< "/v1/images/{uid}", "/v1/sources/{id}:refresh"
    AtHand at_hand = {};         ///< tried first; may be empty
    Handler handler = {};        ///< may be empty when `at_hand` always answers
    RouteDoc doc = {};
    Audience audience = Audience::data;
    Access access = Access::open;
};

/// Finds the route of a request. Paths are compared segment by segment after decoding each; a literal segment wins over
/// `{name}:verb`, that over `{name}`. A trailing slash is another path. Nothing is ever redirected.
class Router {
public:
    explicit Router(std::vector<Route> routes);

    const std::vector<Route>& routes() const { return routes_; }

    struct Match {
        const Route* route = nullptr; ///< null: unknown path (`allow` empty) or method (`allow` set)
        std::vector<std::pair<std::string, std::string>> parameters;
        std::string allow; ///< "GET, HEAD"
    };
    Match match(Method method, std::string_view path, Audience listener) const;
    /// The same for routes without parameters only, without allocating: null when `match` has to look.
    const Route* match_literal(Method method, std::string_view path, Audience listener) const;

private:
    std::vector<Route> routes_;
    std::vector<std::vector<std::string>> segments_; // of each route's pattern
    std::size_t deepest_ = 0;                        // most segments of any
};

/// Percent-decodes one path segment or query component to text. Empty on bad escapes, NUL or bytes that are not UTF-8.
std::optional<std::string> decode_text(std::string_view component);

} // namespace polyglance
