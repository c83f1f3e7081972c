#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/provider_adapter.hpp"
#include "adapters/retry_budget.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"

namespace polyglance {

/// What a drain asks for that is to bring only what changed.
struct ChangeWindow {
    Instant since; ///< by the backend's clock
    /// An image that was changed in the window: as long as it exists, an honest answer has it.
    std::string witness;
};

struct DrainLimits {
    std::size_t max_images = 200'000; ///< different ids
    std::size_t max_pages = 10'000;
    std::size_t max_bytes = 1UL << 30; ///< of all bodies together; checked between pages
    Deadline deadline;
    std::optional<ChangeWindow> changes = std::nullopt; ///< only for a kind that `lists_changes`
    /// Asked before every page and image. From the first yes on nothing is taken any more, and the drain ends.
    std::function<bool()> memory_is_short = [] { return false; };
};

struct DrainResult {
    bool complete = false;    ///< every pass was read to its true end
    bool incremental = false; ///< only changes were asked for
    /// Why it is not complete: "" when it is, otherwise max_images, max_pages, max_bytes, deadline, repeated_marker,
    /// no_new_images, rejected_rows, doubtful_changes, memory or error.
    std::string_view reason;
    std::optional<Error> error; ///< what went wrong; empty when complete or when only a configured limit was reached
    std::size_t pages = 0;      ///< read whole
    std::size_t rows = 0;
    std::size_t rejected = 0; ///< rows that could not be read as an image
    std::size_t kept = 0;     ///< rows that the receiver had already
    std::size_t decoded() const { return rows - rejected - kept; }
    std::size_t bytes = 0;
    std::size_t retries = 0;
    /// The backend's clock against ours when the first page came, if it told.
    std::optional<Instant::duration> clock_ahead = std::nullopt;
    /// Ids of rows that came only in answers that failed half-way. The receiver has them, but they are not to be shown.
    std::vector<std::string> unsure;
};

/// Reads a backend's whole listing, all passes to their true end, page after page, giving the rows to `receiver` as
/// they come: at most `max_images` different ids, but an id may come again (a page read twice, a pass begun anew, a
/// backend that repeats itself), and the later one counts. The receiver must keep one image per id.
///
/// With `changes`, the listing is what was created or changed in that window; the receiver is not asked to keep rows.
/// It is only complete when nothing about it is doubtful: no row older than asked for, without a time, deleted or
/// unreadable (a filter that is not understood; an image that is gone), and the witness among them.
///
/// A page that fails as upstream_unavailable or timeout is asked for once more if `budget` has a retry left, the
/// backend named no time to wait and the deadline leaves as long again as the failed try took. Nothing else is retried.
/// A pass whose marker is gone begins anew, once. A marker that comes again, or a second page with a next one but
/// without a new id, ends the drain. `adapter`, `budget`, `receiver` and `clock` outlive the call. Never throws for
/// what a backend does.
asio::awaitable<DrainResult> drain(ProviderAdapter& adapter, DrainLimits limits, RetryBudget& budget,
                                   ImageReceiver& receiver, const Clock& clock);

} // namespace polyglance
