#pragma once

#include <chrono>
#include <optional>

#include "model/clock.hpp"
#include "model/source_state.hpp"
#include "proxy/http/message.hpp"

namespace polyglance {

/// What a client's Cache-Control asks for (RFC 9111 5.2.1, unified API 5).
struct CacheDirectives {
    std::optional<std::chrono::seconds> max_age;   ///< older data is to be read again; no-cache and no-store = 0
    std::optional<std::chrono::seconds> max_stale; ///< but this long past its TTL it will do
    bool only_if_cached = false;

    /// True when the data behind `status` is older than the client accepts.
    bool too_old(const SourceStatus& status, Instant now) const;
    /// Data fetched before this instant is older than `max_age`.
    Instant oldest_accepted(Instant now) const { return now - max_age.value_or(std::chrono::seconds{0}); }
};

/// Directives that are not known or not well-formed count for nothing.
CacheDirectives read_cache_directives(const Request& request);

} // namespace polyglance
