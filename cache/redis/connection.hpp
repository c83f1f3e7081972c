#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cache/redis/pipeline.hpp"
#include "config/config.hpp"
#include "model/clock.hpp"

namespace polyglance {

/// How a connection is doing.
struct RedisStatus {
    bool connected = false;
    std::uint64_t errors = 0;     ///< calls that were sent and not answered, and replies that were errors
    std::uint64_t reconnects = 0; ///< connections after the first one
    std::string last_error;       ///< no host, no password, no text of Redis but its error code
    /// Why Redis is of no use now, or not of full use, in words like `last_error`; "" when all is well, and before the
    /// first attempt to connect is over.
    std::string trouble;
    std::string refused; ///< the error code of Redis, when that is the trouble; at most 32 capitals
};

/// How long a call may take, whatever its deadline allows.
enum class RedisEffort : std::uint8_t {
    quick, ///< the configured timeout
    bulk,  ///< ten times that: for calls that move up to a few megabytes
};

/// What a connection is for.
struct RedisRole {
    std::string name;       ///< as CLIENT LIST shows it
    RedisCommands greeting; ///< sent whenever it is connected, for example SUBSCRIBE; each must get one reply
    RedisPipeline::Listener on_message; ///< every message of a subscription
    /// Called after each connecting but a first one that went well at once: what came before may have been missed.
    std::function<void()> on_restored;
    /// Called on the loop when `connected` or `trouble` of the status may have changed.
    std::function<void()> on_status = {};
};

/// One connection to Redis that comes back by itself. Connects in the background, with jittered back-off, and counts as
/// connected only once Redis has answered PING within the timeout: a Redis that hangs costs one call its timeout, and
/// later calls nothing. Lives on one loop, except `status`.
class RedisConnection {
public:
    RedisConnection(RedisConfig config, asio::any_io_executor executor, const Clock& clock, RedisRole role);
    ~RedisConnection(); ///< as `stop`
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    /// Waits while the very first attempt to connect is under way, at most for a bulk call's time: otherwise whoever
    /// asks right after the start would always be told that there is no connection.
    asio::awaitable<void> first_attempt(Deadline deadline);
    /// Sends `commands` in one go. Their replies, one for each (errors among them); empty, and at once, when there is
    /// no connection; empty when they were not all answered in time, and then the connection is closed if it was their
    /// turn.
    asio::awaitable<std::optional<RedisReplies>> run(RedisCommands commands, RedisEffort effort, Deadline deadline);
    /// Ends every call under way and connects no more.
    void stop();

    /// Any thread.
    RedisStatus status() const;
    /// Notes a fault in what Redis holds as an error. Any thread.
    void note_error(std::string reason);

    static constexpr int bulk_factor = 10;                            ///< of RedisEffort::bulk
    static constexpr std::chrono::milliseconds connect_time{1'000};   ///< for the socket and TLS
    static constexpr std::chrono::milliseconds check_interval{5'000}; ///< between PINGs
    /// Longest wait between two tries when nobody is there, so that a restarted Redis is used again within a second ...
    static constexpr std::chrono::milliseconds absent_cap{800};
    /// ... when Redis is there, but refuses us or hangs ...
    static constexpr std::chrono::milliseconds useless_cap{5'000};
    /// ... and behind Sentinels, which may name a better one at any moment, unless Redis refuses us for what we are.
    static constexpr std::chrono::milliseconds guided_cap{200};

private:
    struct Loop;
    std::shared_ptr<Loop> loop_;
};

} // namespace polyglance
