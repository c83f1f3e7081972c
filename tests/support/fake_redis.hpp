#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cache/redis/protocol.hpp"

namespace polyglance::test {

/// A server that lets itself be connected to like Redis and answers as a test says. Works on the test's own loop.
class FakeRedis {
public:
    /// The raw bytes to answer with ("" = none at all); empty = as an empty Redis would.
    using Answer = std::function<std::optional<std::string>(const RedisCommand&)>;

    /// `delay`: before every answer.
    FakeRedis(boost::asio::io_context& io, Answer answer, std::chrono::milliseconds delay = {});
    ~FakeRedis(); ///< closes everything
    FakeRedis(const FakeRedis&) = delete;
    FakeRedis& operator=(const FakeRedis&) = delete;

    std::uint16_t port() const;
    /// Connections taken so far.
    std::size_t connections() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace polyglance::test
