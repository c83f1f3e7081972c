#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <memory>

#include "adapters/http/http_client.hpp"
#include "model/clock.hpp"

namespace polyglance {

/// The HttpClient of the program: HTTP/1.1 over TCP or TLS, with connections kept between exchanges.
/// Lives on one event loop: `executor` runs on one thread, and `send` is awaited there. `clock` outlives the client,
/// and deadlines are on its steady clock; the client outlives every exchange. An exchange on a kept connection that
/// turns out to be closed is repeated once on a fresh one: a GET when no byte of an answer had come, anything else only
/// when no byte of the request had gone out. Cancelling the awaiting coroutine closes the connection in use.
std::unique_ptr<HttpClient> make_http_client(asio::any_io_executor executor, const Clock& clock);

} // namespace polyglance
