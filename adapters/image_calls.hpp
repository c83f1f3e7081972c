#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <string_view>

#include "adapters/page_decoder.hpp"
#include "adapters/source_client.hpp"
#include "adapters/upstream_error.hpp"

namespace polyglance {

/// Makes one listing call and has `decoder` read the answer, which is whole when this returns without an error.
/// `client` and `decoder` outlive the call; `facts.marker` must be text that does too.
/// Errors: those of `SourceClient::send`, `upstream_error` and `PageDecoder`.
/// The page ends its pass until the caller names a marker.
asio::awaitable<Result<ImagePage>> read_page(SourceClient& client, SourceClient::Call call, UpstreamCall facts,
                                             Deadline deadline, PageDecoder& decoder);

/// What it takes to delete an image of OpenStack, whose compute and image services share the path.
struct Removal {
    std::string collection; ///< "/images": the image's id comes behind it
    std::string native_id;
    /// Whether a page has shown that the backend is of the right kind.
    const bool* confirmed = nullptr;
    /// Reads a page of the list that may confirm it.
    std::function<asio::awaitable<Result<ImagePage>>()> probe;
};
/// Sends DELETE, once, and only to a service known to be of its kind. Errors: as above; upstream_bad_request for an id
/// that cannot stand in a path; upstream_protocol when the kind is not confirmed; `sent` also when the backend answered
/// 5xx, after which the image may be gone or not.
asio::awaitable<Result<void>> remove_image(SourceClient& client, Removal removal, UpstreamCall facts,
                                           Deadline deadline);

/// Rows to ask for at once: as configured, else the kind's best; never more than it allows.
unsigned page_size(const SourceConfig& config, const ProviderTraits& traits);

} // namespace polyglance
