#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "proxy/api/context.hpp"
#include "proxy/api/source_status.hpp"
#include "proxy/api/supply.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {

/// An image looked for in its source.
struct LocatedImage {
    std::shared_ptr<const Catalog> catalog; ///< keeps the rest alive
    ShownSource shown;                      ///< its source
    const Snapshot* snapshot = nullptr;     ///< null: the source has given nothing yet
    std::optional<std::uint32_t> row;       ///< empty: not in the snapshot
    Supplied supplied = Supplied::at_hand;

    /// What the image's ETag is, whatever members an answer shows; only with a row.
    std::string etag() const;
    /// True when the source's listing says that there is no such image: it reached its end, and the source is not down
    /// with an old one.
    bool known_missing() const;
    /// Why an image without a row cannot be shown: image_not_found or source_unavailable.
    Problem missing_problem(Instant now) const;
};

/// Looks `native_id` up in that source, which must be configured. Waits for the source's first drain, for newer data if
/// `directives` ask for it, and reads a stale source again before it says that an image is not there.
asio::awaitable<LocatedImage> locate_image(ApiContext& context, std::string source, std::string native_id,
                                           CacheDirectives directives, Deadline deadline);

} // namespace polyglance
