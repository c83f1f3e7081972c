#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/redis/protocol.hpp"
#include "cache/redis/stream.hpp"
#include "model/clock.hpp"

namespace polyglance {

using RedisCommands = std::vector<RedisCommand>;
using RedisReplies = std::vector<RedisReply>;

/// One open connection: commands go out back to back, replies come in the same order. It lives from the open stream to
/// the first thing that goes wrong, and is then of no more use. A command that is not answered in time closes it, so
/// that a late reply can never be taken for the reply to another command. Lives on one loop.
class RedisPipeline : public std::enable_shared_from_this<RedisPipeline> {
public:
    /// Called with every message of a subscription.
    using Listener = std::function<void(const RedisReply&)>;

    /// `timeout`: the least that Redis gets for the command whose turn it is, however impatient its caller is.
    RedisPipeline(std::shared_ptr<RedisStream> stream, const asio::any_io_executor& executor, const Clock& clock,
                  std::chrono::milliseconds timeout, Listener listener);

    /// Begins to read and write; call once. The pipeline stays alive until it is closed.
    void start();
    /// Sends `commands` in one go. Their replies, one for each; empty when the connection broke, the deadline passed or
    /// too many others wait.
    asio::awaitable<std::optional<RedisReplies>> run(RedisCommands commands, Deadline deadline);
    /// Waits until the pipeline is closed, at most for `patience`.
    asio::awaitable<void> wait_closed(std::chrono::milliseconds patience);
    /// Ends everything under way. The first reason counts.
    void close(std::string reason);

    bool open() const { return open_; }
    const std::string& reason() const { return reason_; }

    static constexpr std::size_t max_waiting = 1024; ///< calls of `run` that wait for replies

private:
    struct Batch;

    static asio::awaitable<void> read(std::shared_ptr<RedisPipeline> self);
    static asio::awaitable<void> write(std::shared_ptr<RedisPipeline> self);
    asio::awaitable<void> wait_settled(std::shared_ptr<Batch> batch);
    void take(RedisReply reply);
    void watch_front();
    void start_front_timer();
    void front_overdue();
    std::chrono::nanoseconds until(Deadline deadline) const;

    std::shared_ptr<RedisStream> stream_;
    asio::any_io_executor executor_;
    const Clock& clock_;
    std::chrono::milliseconds timeout_;
    Listener listener_;
    ReplyParser parser_;
    std::deque<std::shared_ptr<Batch>> waiting_;
    std::string outgoing_;
    Deadline front_deadline_;
    bool front_spared_ = false; ///< its time was once prolonged because our loop was busy
    asio::steady_timer wake_writer_;
    asio::steady_timer front_timer_;
    asio::steady_timer closed_;
    bool open_ = true;
    std::string reason_;
};

} // namespace polyglance
