#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

#include "adapters/provider_adapter.hpp"
#include "adapters/retry_budget.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"

namespace polyglance {

struct DrainLimits {
    std::size_t max_images = 200'000; ///< different ids
    std::size_t max_pages = 10'000;
    std::size_t max_bytes = 1UL << 30; ///< of all bodies together; checked between pages
    Deadline deadline;
};

struct DrainResult {
    bool complete = false; ///< every pass was read to its true end
    /// Why it is not: "" when it is, otherwise max_images, max_pages, max_bytes, deadline, repeated_marker,
    /// no_new_images, rejected_rows or error.
    std::string_view reason;
    std::optional<Error> error; ///< what went wrong; empty when complete or when only a configured limit was reached
    std::size_t pages = 0;      ///< read whole
    std::size_t rows = 0;
    std::size_t rejected = 0; ///< rows that could not be read as an image
    std::size_t bytes = 0;
    std::size_t retries = 0;
};

/// Reads a backend's whole listing, all passes to their true end, page after page, giving the images to `sink` as they
/// come: at most `max_images` different ids, but an id may come again (a page read twice, a pass begun anew, a backend
/// that repeats itself), and the later one counts. The receiver must keep one image per id.
///
/// A page that fails as upstream_unavailable or timeout is asked for once more if `budget` has a retry left, the
/// backend named no time to wait and the deadline leaves as long again as the failed try took. Nothing else is retried.
/// A pass whose marker is gone begins anew, once. A marker that comes again, or a second page with a next one but
/// without a new id, ends the drain. `adapter`, `budget` and `clock` outlive the call. Never throws for what a backend
/// does.
asio::awaitable<DrainResult> drain(ProviderAdapter& adapter, DrainLimits limits, RetryBudget& budget, ImageSink sink,
                                   const Clock& clock);

} // namespace polyglance
