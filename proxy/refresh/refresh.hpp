#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "model/clock.hpp"
#include "model/error.hpp"

namespace polyglance {

namespace asio = boost::asio;

/// What the API asks of the part that keeps snapshots up to date. Callable from any front loop; the waiting functions
/// wait on the caller's own loop.
class Refresh {
public:
    virtual ~Refresh() = default;

    /// These sources were asked for: keeps them from going idle and wakes those whose snapshot is missing or expired.
    virtual void touch(const std::vector<std::string>& sources) = 0;

    /// Waits until each of these sources has a snapshot or its first drain has failed, or until `deadline`.
    virtual asio::awaitable<void> wait_for_first(std::vector<std::string> sources, Deadline deadline) = 0;

    /// Drains those of these sources whose snapshot was fetched before `not_before`, joined into a drain that already
    /// runs, never sooner than `min_refresh` after the last one began. Waits for the outcomes, or until `deadline`.
    virtual asio::awaitable<void> refresh(std::vector<std::string> sources, Instant not_before, Deadline deadline) = 0;

    /// Asks for one drain now, bounded by `min_refresh`, without waiting. False: unknown or disabled source.
    virtual bool request_refresh(std::string_view source) = 0;

    /// Deletes one image upstream and, when it is gone (or was not there: error not_found), drops it from the catalogue
    /// and the shared store and hides it by a tombstone until a later drain no longer lists it. When the outcome is
    /// unknown (error with `sent`), a drain of that source is queued. Own deadline inside.
    virtual asio::awaitable<Result<void>> remove(std::string source, std::string native_id) = 0;

    /// The upstream call that `remove` would make: "DELETE /v2/images/..."; "" for an unknown source.
    virtual std::string describe_remove(std::string_view source, std::string_view native_id) = 0;
};

} // namespace polyglance
