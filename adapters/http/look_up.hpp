#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <string>

#include "adapters/http/resolver.hpp"

namespace polyglance {

/// Finds the addresses of a host; may block for as long as it likes. Called from many threads.
using Ask = std::function<TcpEndpoints(const std::string& host, std::uint16_t port)>;

/// Asks in a thread of its own each time, and answers on `executor`. Nothing can interrupt the system's look-up: one
/// that hangs must hold up neither those of other names nor the end of the program. Answers that come after the last
/// copy of the result is gone are dropped.
Resolver::LookUp ask_in_threads(asio::any_io_executor executor, Ask ask);

/// Asks the system, in this thread. Empty = no such name.
TcpEndpoints ask_system(const std::string& host, std::uint16_t port);

} // namespace polyglance
