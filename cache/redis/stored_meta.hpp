#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

#include "cache/redis/connection.hpp"
#include "cache/redis/layout.hpp"

/// What loading and saving both need. Every function here lets `connection` outlive it.
namespace polyglance::stored {

/// The meta of that scope; empty when there is none that can be read. One that is damaged is deleted.
asio::awaitable<std::optional<layout::Meta>> read_meta(RedisConnection& connection, std::string scope,
                                                       Deadline deadline);

/// Deletes a value that is not what we wrote, so that it is not met again. Best effort, noted as an error.
asio::awaitable<void> discard(RedisConnection& connection, std::string key, Deadline deadline);

/// The key holds something else than a string.
bool is_wrong_type(const RedisReply& reply);

/// Lets other work of the loop go first.
asio::awaitable<void> breathe();

/// Chunks on their way at a time: at most so many megabytes in memory and ahead of other commands.
inline constexpr std::size_t chunk_window = 4;

} // namespace polyglance::stored
