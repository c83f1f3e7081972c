#pragma once

#include <cstdint>
#include <optional>

#include "proxy/http/message.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {

/// What a route asks of its caller before its handler is called.
enum class Access : std::uint8_t {
    open,  ///< nothing; a token that is shown still tells who it is
    known, ///< to be known; the handler looks at what he may do
    read,  ///< to be known and allowed to read images
};

/// Says who sends a request.
class Admission {
public:
    virtual ~Admission() = default;
    /// Fills in `request.caller`, `share` when the caller is under a rate limit, and `peer` and `prefix` when a trusted
    /// proxy forwards the request; or says why it is refused: conflicting_credentials, unauthenticated, forbidden or
    /// rate_limited. Called once per request.
    virtual std::optional<Problem> admit(Request& request, Access access) = 0;
};

} // namespace polyglance
