#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <expected>
#include <string>

#include "config/config.hpp"
#include "model/clock.hpp"

namespace polyglance {

namespace asio = boost::asio;

/// Where Redis is now. Without Sentinels that is `config` itself. With them, each is asked in turn for the master of
/// that name, within the configured timeout each; the first that knows it counts (Redis documentation, "Guidelines for
/// Redis clients with support for Redis Sentinel"). Whether it still is the master shows at the handshake.
/// The error is a reason in our words, without a host.
asio::awaitable<std::expected<RedisConfig, std::string>> find_redis(RedisConfig config, asio::any_io_executor executor,
                                                                    const Clock& clock);

} // namespace polyglance
