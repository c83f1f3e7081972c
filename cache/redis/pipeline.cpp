#include "cache/redis/pipeline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace polyglance {
namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 64UL << 10;

/// A timer that fires this late says that our own loop was busy. Then what has arrived meanwhile is read before Redis
/// is blamed for it.
constexpr std::chrono::milliseconds busy_loop{5};

bool is_message(const RedisReply& reply)
{
    return reply.kind == RedisReply::Kind::array && !reply.elements.empty() && reply.elements[0].text == "message";
}

} // namespace

/// One call of `run`. It stays in line until all its replies are in, also when its caller no longer waits.
struct RedisPipeline::Batch {
    Batch(const asio::any_io_executor& executor, std::size_t expected_replies, Deadline caller_deadline)
        : expected(expected_replies), deadline(caller_deadline), settled_timer(executor)
    {
    }

    void settle()
    {
        settled = true;
        settled_timer.cancel();
    }

    std::size_t expected;
    Deadline deadline;
    RedisReplies replies;
    bool settled = false; ///< all replies are in, or there will be no more
    asio::steady_timer settled_timer;
};

RedisPipeline::RedisPipeline(std::shared_ptr<RedisStream> stream, const asio::any_io_executor& executor,
                             const Clock& clock, std::chrono::milliseconds timeout, Listener listener)
    : stream_(std::move(stream)), executor_(executor), clock_(clock), timeout_(timeout), listener_(std::move(listener)),
      wake_writer_(executor), front_timer_(executor), closed_(executor)
{
}

void RedisPipeline::start()
{
    const auto end = [self = shared_from_this()](std::exception_ptr thrown) {
        self->close(thrown ? "an operation failed unexpectedly" : "the connection was lost");
    };
    asio::co_spawn(executor_, read(shared_from_this()), end);
    asio::co_spawn(executor_, write(shared_from_this()), end);
}

asio::awaitable<std::optional<RedisReplies>> RedisPipeline::run(RedisCommands commands, Deadline deadline)
{
    if (!open_ || commands.empty() || waiting_.size() >= max_waiting || until(deadline).count() <= 0) {
        co_return std::nullopt;
    }
    const auto self = shared_from_this();
    const auto batch = std::make_shared<Batch>(executor_, commands.size(), deadline);
    for (const RedisCommand& command : commands) {
        append_command(outgoing_, command);
    }
    waiting_.push_back(batch);
    if (waiting_.size() == 1) {
        watch_front();
    }
    wake_writer_.cancel();
    commands.clear();
    co_await wait_settled(batch);
    if (batch->replies.size() < batch->expected) {
        co_return std::nullopt;
    }
    co_return std::move(batch->replies);
}

asio::awaitable<void> RedisPipeline::wait_settled(std::shared_ptr<Batch> batch)
{
    Deadline deadline = batch->deadline;
    for (int tries = 0; !batch->settled && tries < 2; ++tries) {
        batch->settled_timer.expires_after(until(deadline));
        auto [cancelled] = co_await batch->settled_timer.async_wait(as_result);
        const auto late = -until(deadline);
        if (cancelled || late < busy_loop) {
            break;
        }
        deadline += late + busy_loop;
    }
}

asio::awaitable<void> RedisPipeline::wait_closed(std::chrono::milliseconds patience)
{
    if (open_) {
        closed_.expires_after(patience);
        co_await closed_.async_wait(as_result);
    }
}

void RedisPipeline::close(std::string reason)
{
    if (!open_) {
        return;
    }
    open_ = false;
    reason_ = std::move(reason);
    stream_->close();
    wake_writer_.cancel();
    front_timer_.cancel();
    closed_.cancel();
    for (const auto& batch : std::exchange(waiting_, {})) {
        batch->settle();
    }
}

asio::awaitable<void> RedisPipeline::read(std::shared_ptr<RedisPipeline> self)
{
    std::string buffer(read_bytes, '\0');
    while (self->open_) {
        const std::size_t size = co_await self->stream_->read_some(asio::buffer(buffer));
        if (size == 0) {
            co_return;
        }
        auto replies = self->parser_.feed(std::string_view(buffer).substr(0, size));
        if (!replies) {
            self->close(replies.error());
            co_return;
        }
        for (RedisReply& reply : *replies) {
            self->take(std::move(reply));
        }
    }
}

asio::awaitable<void> RedisPipeline::write(std::shared_ptr<RedisPipeline> self)
{
    while (self->open_) {
        if (self->outgoing_.empty()) {
            self->wake_writer_.expires_at(std::chrono::steady_clock::time_point::max());
            co_await self->wake_writer_.async_wait(as_result);
            continue;
        }
        const std::string bytes = std::exchange(self->outgoing_, {});
        const bool written = co_await self->stream_->write(asio::buffer(bytes));
        if (!written) {
            co_return;
        }
    }
}

void RedisPipeline::take(RedisReply reply)
{
    if (!open_) {
        return;
    }
    if (listener_ && is_message(reply)) {
        listener_(reply);
        return;
    }
    if (waiting_.empty()) {
        close("a reply came that nobody had asked for");
        return;
    }
    Batch& front = *waiting_.front();
    front.replies.push_back(std::move(reply));
    if (front.replies.size() == front.expected) {
        front.settle();
        waiting_.pop_front();
        watch_front();
    }
}

/// The first in line has until its own deadline, or for `timeout_` from now on when it stood in line for long.
void RedisPipeline::watch_front()
{
    front_timer_.cancel();
    if (!waiting_.empty()) {
        front_deadline_ = std::max(waiting_.front()->deadline, clock_.steady_now() + timeout_);
        front_spared_ = false;
        start_front_timer();
    }
}

void RedisPipeline::start_front_timer()
{
    front_timer_.expires_after(until(front_deadline_));
    front_timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
        if (!cancelled) {
            self->front_overdue();
        }
    });
}

void RedisPipeline::front_overdue()
{
    const auto late = -until(front_deadline_);
    // A timer that was set anew may still fire for its old time.
    if (waiting_.empty() || late.count() < 0) {
        return;
    }
    if (front_spared_ || late < busy_loop) {
        close("a command timed out");
        return;
    }
    front_spared_ = true;
    front_deadline_ += late + busy_loop;
    start_front_timer();
}

std::chrono::nanoseconds RedisPipeline::until(Deadline deadline) const
{
    return deadline - clock_.steady_now();
}

} // namespace polyglance
