#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

#include "cache/redis/connection.hpp"
#include "cache/store.hpp"

namespace polyglance::stored {

/// Reads the snapshot of that scope and builds it anew under `identity`. Empty when it is not there whole, not as its
/// meta says, or fetched in the future; what is damaged is deleted. Gives other work of the loop its turn in between.
/// `connection` and `clock` outlive it.
asio::awaitable<std::optional<StoredSnapshot>> load_snapshot(RedisConnection& connection, const Clock& clock,
                                                             std::string scope, SourceIdentity identity,
                                                             Deadline deadline);

} // namespace polyglance::stored
