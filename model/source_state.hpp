#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/error.hpp"
#include "model/image.hpp"

namespace polyglance {

/// What an answer says about one source. The words are part of the API.
enum class SourceState : std::uint8_t {
    fresh,    ///< inside its TTL
    stale,    ///< older, but served
    partial,  ///< some pages or rows are missing
    error,    ///< nothing to serve
    pending,  ///< the first drain is still running
    skipped,  ///< the filter cannot match here
    disabled, ///< by configuration
};
std::string_view to_string(SourceState state);

enum class CircuitState : std::uint8_t { closed, open, half_open };
std::string_view to_string(CircuitState state);

/// The last failure of a source, kept until a drain succeeds.
struct SourceFault {
    ErrorClass error_class = ErrorClass::upstream_unavailable;
    std::string message; ///< ours, see `Error::message`
    Instant at;
    int attempts = 0; ///< failed drains in a row
    std::optional<Instant> next_try_at;
};

/// What never changes about a source while it is configured.
struct SourceInfo {
    std::string id; ///< [a-z0-9][a-z0-9-]{0,62}
    Provider provider = Provider::glance;
    std::string title;
    std::optional<std::string> region;
    /// Unified fields this source can ever fill ("name", "os.family" ...), sorted: null in one of these means that the
    /// image has no value; null in another means that the backend never tells.
    std::vector<std::string> provides;
    bool can_delete = false;   ///< the adapter has a DELETE
    bool allow_delete = false; ///< the operator allows it
    std::chrono::milliseconds ttl{};
    std::chrono::milliseconds min_refresh{};
    std::chrono::milliseconds stale{}; ///< how long past its TTL a snapshot may be served
};

/// How a source is doing now. Copied into every published catalogue.
struct SourceStatus {
    bool disabled = false;
    std::optional<Instant> fetched_at; ///< when the drain that made the snapshot ended
    std::optional<Instant> expires_at; ///< fetched_at + TTL
    std::size_t rows_rejected = 0;     ///< rows of the last drain that could not be read
    bool cut_short = false;            ///< the drain behind the snapshot did not reach the end of the list
    std::optional<SourceFault> fault;
    CircuitState circuit = CircuitState::closed;
    bool from_store = false; ///< the snapshot came out of the shared store, not from the backend
};

/// The state word for a source at `now`.
SourceState state_of(const SourceStatus& status, bool has_snapshot, Instant now);

} // namespace polyglance
