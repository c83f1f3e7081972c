#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/api/source_status.hpp"
#include "proxy/api/supply.hpp"
#include "proxy/http/message.hpp"

namespace polyglance {

inline constexpr std::string_view vary = "Accept, Accept-Encoding, Authorization, X-Auth-Token";

/// How old the data of an answer is and how long it holds, over all sources that gave some.
struct Freshness {
    std::optional<Instant> oldest;  ///< when the oldest of it was fetched
    std::optional<Instant> expires; ///< when the first of it expires
    bool all_fresh = true;          ///< no source is missing or past its TTL
    bool from_memory = false;       ///< some of it was drained by this replica
    bool from_store = false;        ///< some of it came out of the shared store

    /// Remaining TTL; negative past it. Empty without data.
    std::optional<std::chrono::seconds> ttl(Instant now) const;
};
Freshness freshness_of(std::span<const ShownSource> shown);

/// True unless something is missing: `error`, `pending` and `partial` make an answer incomplete.
bool is_complete(std::span<const ShownSource> shown);

/// The header lines that change from second to second: Cache-Control, Age, Cache-Status.
std::string timing_head(std::span<const ShownSource> shown, Supplied supplied, Instant now);

/// One link of a Link header (RFC 8288): `<target>; rel="rel"`.
std::string link_value(std::string_view target, std::string_view rel);

/// The least wait, 1 s at least, until one of these sources is tried again: for Retry-After.
std::chrono::seconds retry_after(std::span<const ShownSource> shown, Instant now);

} // namespace polyglance
