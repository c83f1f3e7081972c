#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>

#include "adapters/page_decoder.hpp"
#include "adapters/source_client.hpp"
#include "adapters/upstream_error.hpp"

namespace polyglance {

/// Makes one listing call and has `decoder` read the answer, which is whole when this returns without an error.
/// `client` and `decoder` outlive the call; `facts.marker` must be text that does too.
/// Errors: those of `SourceClient::send`, `upstream_error` and `PageDecoder`.
asio::awaitable<Result<void>> read_page(SourceClient& client, SourceClient::Call call, UpstreamCall facts,
                                        Deadline deadline, PageDecoder& decoder);

/// Sends DELETE to `path`, once. Errors: as above; `sent` also when the backend answered 5xx, after which the image may
/// be gone or not.
asio::awaitable<Result<void>> delete_at(SourceClient& client, std::string path, UpstreamCall facts, Deadline deadline);

/// Rows to ask for at once: as configured, else the kind's best; never more than it allows.
unsigned page_size(const SourceConfig& config, const ProviderTraits& traits);

/// True when `native_id` names exactly one thing below the image path on every server: only unreserved URL characters,
/// no dot segment, 1 to 255 bytes. Encoding is not enough, some servers decode a path before they split it.
bool safe_in_path(std::string_view native_id);

} // namespace polyglance
