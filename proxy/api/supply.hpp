#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "model/clock.hpp"
#include "proxy/api/cache_directives.hpp"
#include "proxy/api/context.hpp"

namespace polyglance {

/// Where the data of an answer comes from, for Cache-Status.
enum class Supplied : std::uint8_t {
    at_hand,     ///< what was in memory
    first_drain, ///< waited for sources that had nothing yet
    refreshed,   ///< waited because the client asked for newer data
    not_cached,  ///< nothing was done: the client wants no call, and one would be needed
};

/// True while a source that has failed is left alone: nobody waits for it.
bool is_resting(const SourceStatus& status, Instant now);

/// Sees to it that these sources have data as good as the client asks for, until `deadline` at most: tells the refresh
/// that they are wanted, waits for first drains and for refreshes that `directives` demand. Data in hand is never
/// waited for without such a demand.
asio::awaitable<Supplied> supply(ApiContext& context, std::vector<std::string> sources, CacheDirectives directives,
                                 Deadline deadline);

} // namespace polyglance
