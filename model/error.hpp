#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace polyglance {

/// Everything that can go wrong between us and a backend, one list for all providers.
/// The words are part of the API (`sources[].error.class`).
enum class ErrorClass : std::uint8_t {
    upstream_bad_request, ///< the backend refused our request as malformed
    upstream_auth,        ///< our credentials for the source were refused, also after one renewal
    upstream_forbidden,   ///< authenticated, but not allowed
    not_found,            ///< the backend does not know the thing or the path
    conflict,             ///< the thing is in use or in the wrong state
    throttled,            ///< asked too often, see `Error::retry_after`
    upstream_unavailable, ///< refused connection, cut answer, 5xx
    upstream_protocol,    ///< an answer outside the documented contract
    marker_gone,          ///< the image our marker names was deleted between two pages
    timeout,              ///< our deadline passed first
    circuit_open,         ///< not tried: too many failures in a row
    overloaded,           ///< not read to its end: we had no memory left
    config,               ///< the source cannot work as configured
};

std::string_view to_string(ErrorClass error_class);
std::optional<ErrorClass> error_class_from(std::string_view word);

/// Why a backend will not delete an image, when its answer says so.
enum class Obstacle : std::uint8_t { none, is_protected, in_use };

/// A failure as a value. `message` is ours: it never holds a backend body, a host, a token or a path of the backend.
struct Error {
    ErrorClass error_class = ErrorClass::upstream_unavailable;
    std::string message;
    /// What `Retry-After` asked for, already capped at an hour.
    std::optional<std::chrono::seconds> retry_after = std::nullopt;
    /// The request may have reached the backend: whether it was carried out is unknown.
    bool sent = false;
    Obstacle obstacle = Obstacle::none;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> failure(ErrorClass error_class, std::string message)
{
    return std::unexpected(Error{error_class, std::move(message)});
}

} // namespace polyglance
