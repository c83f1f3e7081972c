#pragma once

#include <boost/asio/awaitable.hpp>

#include <string_view>

#include "adapters/http/connection.hpp"
#include "adapters/http/http_client.hpp"

namespace polyglance {

/// What came of one request on one connection.
struct ExchangeOutcome {
    Result<HttpResponse> response;
    bool io_failed = false; ///< `response` is an error because the connection failed, not because of what came over it
    bool answered = false;  ///< some byte of an answer came
    bool reusable = false;  ///< the answer ended where it should and both sides leave the connection open
};

/// Writes `wire`, a whole request, and reads its answer; interim answers are skipped, 8 of them at most.
/// The connection, `wire` and `sink` are the caller's until the end. Time is the caller's affair too: closing the
/// connection ends the exchange.
asio::awaitable<ExchangeOutcome> exchange(Connection& connection, std::string_view wire, HttpLimits limits,
                                          BodySink* sink);

} // namespace polyglance
