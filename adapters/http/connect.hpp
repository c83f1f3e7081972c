#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>

#include "adapters/http/resolver.hpp"
#include "model/error.hpp"

namespace polyglance {

/// Connects to whichever of `endpoints` (at least one) answers first. They are tried in order; the next one starts when
/// one has failed or has kept silent for a moment, so that a dead address in front costs little (RFC 8305).
/// Errors: upstream_unavailable when all have failed or `patience` is over.
asio::awaitable<Result<asio::ip::tcp::socket>> connect_any(asio::any_io_executor executor, TcpEndpoints endpoints,
                                                           std::chrono::steady_clock::duration patience);

} // namespace polyglance
