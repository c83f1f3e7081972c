#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string_view>
#include <utility>

#include "proxy/http/listener.hpp"
#include "proxy/loop.hpp"
#include "tests/support/raw_client.hpp"

namespace polyglance::test {

/// A listener on a free port with a loop of its own.
struct Served {
    /// By the system's clock unless another one is given, which outlives this.
    explicit Served(RequestHandler handler, ListenerOptions options = {}, const Clock* other_clock = nullptr)
        : listener(loop.context(), {.host = "127.0.0.1", .port = 0}, options, std::move(handler),
                   other_clock != nullptr ? *other_clock : clock, connections)
    {
        listener.start();
        loop.start();
    }
    ~Served() { asio::co_spawn(loop.context(), listener.stop(), asio::use_future).wait(); }

    RawClient connect() const { return RawClient(listener.port()); }

    SystemClock clock;
    std::atomic<std::size_t> connections{0};
    Loop loop{[](std::string_view what) { ADD_FAILURE() << what; }};
    Listener listener;
};

} // namespace polyglance::test
