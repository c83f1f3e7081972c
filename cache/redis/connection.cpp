#include "cache/redis/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <mutex>
#include <random>
#include <utility>

#include "cache/redis/backoff.hpp"
#include "cache/redis/handshake.hpp"
#include "cache/redis/refusals.hpp"
#include "cache/redis/sentinel.hpp"

namespace polyglance {
namespace {

using namespace asio::experimental::awaitable_operators;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

std::vector<std::string> names_of(const RedisCommands& commands)
{
    std::vector<std::string> names;
    for (const RedisCommand& command : commands) {
        names.push_back(command[0]);
    }
    return names;
}

} // namespace

/// The state behind a connection. Its coroutines keep it alive until they have seen `stopped`.
struct RedisConnection::Loop : std::enable_shared_from_this<Loop> {
    Loop(RedisConfig a_config, asio::any_io_executor an_executor, const Clock& a_clock, RedisRole a_role)
        : config(std::move(a_config)), executor(std::move(an_executor)), clock(a_clock), role(std::move(a_role)),
          pause(executor), first_tried(executor, std::chrono::steady_clock::time_point::max())
    {
    }

    static asio::awaitable<void> keep_connected(std::shared_ptr<Loop> self);
    asio::awaitable<void> connect_once();
    asio::awaitable<bool> open_stream();
    asio::awaitable<bool> greet();
    asio::awaitable<void> serve(bool first_attempt);
    /// Between two tries to connect; `was_there`: somebody took the last connection.
    std::chrono::milliseconds longest_wait(bool was_there) const;
    std::chrono::nanoseconds time_for(RedisEffort effort) const
    {
        return effort == RedisEffort::bulk ? config.timeout * bulk_factor : config.timeout;
    }
    void note_error(std::string reason);
    /// What the replies to commands of these names say about Redis. False when we have to look for a better one.
    bool judge(const std::vector<std::string>& names, const RedisReplies& replies);
    /// `refused`: the code of Redis that is the reason.
    void fail(std::string reason, std::string refused = {});
    void tell_status() const;
    void stop();

    RedisConfig config;
    asio::any_io_executor executor;
    const Clock& clock;
    RedisRole role;

    std::shared_ptr<RedisStream> stream;     ///< also while it is being opened
    std::shared_ptr<RedisPipeline> pipeline; ///< from the handshake on
    bool up = false;
    bool stopped = false;
    bool answered = false; ///< this connection was of use
    bool tried = false;    ///< the first attempt is over
    bool connected_before = false;
    Refusals refusals;
    std::string left_for; ///< the code of Redis for which we close this connection
    asio::steady_timer pause;
    asio::steady_timer first_tried; ///< cancelled when the first attempt is over

    mutable std::mutex mutex; ///< guards `status`
    RedisStatus status;
};

asio::awaitable<void> RedisConnection::Loop::keep_connected(std::shared_ptr<Loop> self)
{
    Backoff backoff([source = std::mt19937(std::random_device{}())]() mutable { return source(); });
    while (!self->stopped) {
        self->answered = false;
        try {
            co_await self->connect_once();
        } catch (const std::exception&) {
            self->fail("an operation failed unexpectedly");
        }
        const bool was_there = self->pipeline != nullptr;
        if (was_there) {
            self->pipeline->close("the connection was given up");
        }
        self->up = false;
        self->pipeline.reset();
        self->stream.reset();
        if (self->answered) {
            backoff.reset();
        }
        if (!self->stopped) {
            self->pause.expires_after(backoff.next(self->longest_wait(was_there)));
            co_await self->pause.async_wait(as_result);
        }
    }
}

std::chrono::milliseconds RedisConnection::Loop::longest_wait(bool was_there) const
{
    // The Sentinels will name a better one soon; until then they may name one that is no master yet.
    if (!config.sentinels.empty() && (status.refused.empty() || is_wrong_server(status.refused))) {
        return guided_cap;
    }
    return was_there ? useless_cap : absent_cap;
}

/// One connection from its first to its last moment.
asio::awaitable<void> RedisConnection::Loop::connect_once()
{
    bool usable = co_await open_stream();
    if (usable && !stopped) {
        left_for.clear();
        pipeline = std::make_shared<RedisPipeline>(stream, executor, clock, config.timeout, role.on_message);
        pipeline->start();
        usable = co_await greet();
    }
    up = usable && !stopped;
    const bool first_attempt = !std::exchange(tried, true);
    first_tried.cancel();
    if (up) {
        co_await serve(first_attempt);
    }
}

asio::awaitable<bool> RedisConnection::Loop::open_stream()
{
    const auto where = co_await find_redis(config, executor, clock);
    if (!where || stopped) {
        fail(where ? "stopped" : where.error());
        co_return false;
    }
    stream = std::make_shared<RedisStream>(executor);
    asio::steady_timer limit(executor, std::max(connect_time, config.timeout));
    limit.async_wait([opening = stream](boost::system::error_code cancelled) {
        if (!cancelled) {
            opening->close();
        }
    });
    const auto opened = co_await stream->open(*where);
    limit.cancel();
    if (!opened) {
        fail(opened.error());
    }
    co_return opened.has_value();
}

asio::awaitable<bool> RedisConnection::Loop::greet()
{
    const RedisCommands commands = handshake(config, role.name, role.greeting);
    const auto replies = co_await pipeline->run(commands, clock.steady_now() + config.timeout);
    if (!replies) {
        fail(pipeline->open() ? "a command timed out" : pipeline->reason());
        co_return false;
    }
    const auto refused = refused_handshake(commands, *replies);
    if (refused) {
        fail(refused->words, refused->code);
    }
    co_return !refused;
}

asio::awaitable<void> RedisConnection::Loop::serve(bool first_attempt)
{
    {
        const std::lock_guard lock(mutex);
        status.connected = true;
        status.reconnects += connected_before ? 1 : 0;
        // What this server, or the one we left for it, refused is not over before it is carried out.
        status.refused = refusals.code();
        status.trouble = status.refused.empty() ? std::string{} : refusal(status.refused);
    }
    connected_before = true;
    tell_status();
    if (!first_attempt && role.on_restored) {
        role.on_restored();
    }
    while (pipeline->open()) {
        co_await pipeline->wait_closed(check_interval);
        if (pipeline->open()) {
            const auto pong = co_await pipeline->run({{"PING"}}, clock.steady_now() + config.timeout);
            answered = answered || pong;
        }
    }
    fail(pipeline->reason(), std::exchange(left_for, {}));
}

bool RedisConnection::Loop::judge(const std::vector<std::string>& names, const RedisReplies& replies)
{
    const std::string before = refusals.code();
    for (std::size_t i = 0; i < names.size(); ++i) {
        refusals.take(names[i], replies[i]);
        if (replies[i].kind == RedisReply::Kind::error) {
            note_error(refusal(replies[i].error_code()));
            left_for = is_wrong_server(replies[i].error_code()) ? replies[i].error_code() : left_for;
        }
    }
    const std::string now = refusals.code();
    if (now != before) {
        {
            const std::lock_guard lock(mutex);
            status.refused = now;
            status.trouble = now.empty() ? std::string{} : refusal(now);
        }
        tell_status();
    }
    return left_for.empty();
}

void RedisConnection::Loop::note_error(std::string reason)
{
    const std::lock_guard lock(mutex);
    ++status.errors;
    status.last_error = std::move(reason);
}

/// The connection is over, or was never there.
void RedisConnection::Loop::fail(std::string reason, std::string refused)
{
    if (refused.empty()) {
        refusals.forget(); // whoever is there next begins anew
    }
    {
        const std::lock_guard lock(mutex);
        status.connected = false;
        status.last_error = reason.empty() ? status.last_error : reason;
        status.trouble = std::move(reason);
        status.refused = std::move(refused);
    }
    tell_status();
}

void RedisConnection::Loop::tell_status() const
{
    if (!stopped && role.on_status) {
        role.on_status();
    }
}

void RedisConnection::Loop::stop()
{
    stopped = true;
    up = false;
    fail({});
    pause.cancel();
    first_tried.cancel();
    if (stream) {
        stream->close();
    }
    if (pipeline) {
        pipeline->close("stopped");
    }
}

RedisConnection::RedisConnection(RedisConfig config, asio::any_io_executor executor, const Clock& clock, RedisRole role)
    : loop_(std::make_shared<Loop>(std::move(config), std::move(executor), clock, std::move(role)))
{
    // `stop` ends it, and it keeps what it works on alive until then.
    asio::co_spawn(loop_->executor, Loop::keep_connected(loop_), asio::detached);
}

RedisConnection::~RedisConnection()
{
    stop();
}

asio::awaitable<void> RedisConnection::first_attempt(Deadline deadline)
{
    const auto loop = loop_;
    if (!loop->tried && !loop->stopped) {
        const auto longest = loop->time_for(RedisEffort::bulk);
        asio::steady_timer limit(loop->executor,
                                 std::min<std::chrono::nanoseconds>(deadline - loop->clock.steady_now(), longest));
        co_await (limit.async_wait(as_result) || loop->first_tried.async_wait(as_result));
    }
}

asio::awaitable<std::optional<RedisReplies>> RedisConnection::run(RedisCommands commands, RedisEffort effort,
                                                                  Deadline deadline)
{
    const auto loop = loop_;
    const auto now = loop->clock.steady_now();
    if (!loop->up || deadline <= now) {
        co_return std::nullopt;
    }
    const auto pipeline = loop->pipeline;
    const auto names = names_of(commands);
    auto replies = co_await pipeline->run(std::move(commands), std::min(deadline, now + loop->time_for(effort)));
    if (!replies) {
        loop->note_error(pipeline->open() ? "a command timed out" : pipeline->reason());
        co_return std::nullopt;
    }
    // A connection that is over says nothing about the one that came after it.
    if (pipeline != loop->pipeline) {
        co_return replies;
    }
    if (loop->judge(names, *replies)) {
        loop->answered = true;
    } else {
        pipeline->close(refusal(loop->left_for));
    }
    co_return replies;
}

void RedisConnection::stop()
{
    loop_->stop();
}

RedisStatus RedisConnection::status() const
{
    const std::lock_guard lock(loop_->mutex);
    return loop_->status;
}

void RedisConnection::note_error(std::string reason)
{
    loop_->note_error(std::move(reason));
}

} // namespace polyglance
