#include "cache/redis/stored_meta.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace polyglance::stored {

asio::awaitable<std::optional<layout::Meta>> read_meta(RedisConnection& connection, std::string scope,
                                                       Deadline deadline)
{
    const std::string key = layout::meta_key(scope);
    // GETRANGE, so that no more than a whole meta ever comes, whatever lies there; STRLEN says whether that was all.
    RedisCommands commands{{"STRLEN", key}, {"GETRANGE", key, "0", std::to_string(layout::max_meta_bytes - 1)}};
    const auto replies = co_await connection.run(std::move(commands), RedisEffort::quick, deadline);
    if (!replies) {
        co_return std::nullopt;
    }
    const RedisReply& size = (*replies)[0];
    const RedisReply& value = (*replies)[1];
    auto meta = value.kind == RedisReply::Kind::string ? layout::decode_meta(value.text) : std::nullopt;
    const bool something = size.kind == RedisReply::Kind::integer && size.integer != 0;
    if (something && meta && size.is_integer(static_cast<std::int64_t>(value.text.size()))) {
        co_return meta;
    }
    if (something || is_wrong_type(size)) {
        co_await discard(connection, key, deadline);
    }
    co_return std::nullopt;
}

asio::awaitable<void> discard(RedisConnection& connection, std::string key, Deadline deadline)
{
    connection.note_error("a stored value was not ours or damaged, and is discarded");
    RedisCommands commands{{"DEL", std::move(key)}};
    co_await connection.run(std::move(commands), RedisEffort::quick, deadline);
}

bool is_wrong_type(const RedisReply& reply)
{
    return reply.error_code() == "WRONGTYPE";
}

asio::awaitable<void> breathe()
{
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
}

} // namespace polyglance::stored
