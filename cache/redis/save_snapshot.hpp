#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>

#include "cache/redis/connection.hpp"
#include "cache/store.hpp"

namespace polyglance::stored {

/// Writes the snapshot, chunks first and meta last, and tells the other replicas. When the same content already lies
/// there, only its times are renewed. False when Redis did not take all of it, or when it is too large to be kept.
/// `origin` names this replica in the event. Gives other work of the loop its turn in between. `connection` outlives
/// it.
asio::awaitable<bool> save_snapshot(RedisConnection& connection, std::string origin, std::string scope,
                                    StoredSnapshot snapshot, std::chrono::milliseconds keep, Deadline deadline);

} // namespace polyglance::stored
