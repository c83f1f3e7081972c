#include "cache/redis/load_snapshot.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "cache/redis/chunk.hpp"
#include "cache/redis/stored_meta.hpp"

namespace polyglance::stored {
namespace {

/// How far the clocks of two replicas may differ.
constexpr std::chrono::minutes max_skew{5};

/// Records that are read before other work of the loop gets its turn.
constexpr std::size_t records_per_turn = 64;

/// One load: what is known so far.
struct Load {
    RedisConnection& connection;
    std::string scope;
    Deadline deadline;
    layout::Meta meta;
    SnapshotBuilder builder;
    std::size_t raw_bytes = 0;
};

/// Whether every chunk is there and small enough to be fetched.
asio::awaitable<bool> check_sizes(Load& load)
{
    RedisCommands commands;
    for (std::size_t i = 0; i < load.meta.chunks.size(); ++i) {
        commands.push_back({"STRLEN", layout::chunk_key(load.scope, i)});
    }
    if (commands.empty()) {
        co_return true;
    }
    const auto sizes = co_await load.connection.run(std::move(commands), RedisEffort::quick, load.deadline);
    if (!sizes) {
        co_return false;
    }
    for (std::size_t i = 0; i < sizes->size(); ++i) {
        const RedisReply& size = (*sizes)[i];
        const bool known = size.kind == RedisReply::Kind::integer;
        const bool oversize = known && size.integer > static_cast<std::int64_t>(layout::max_chunk_bytes);
        if (oversize || is_wrong_type(size)) {
            co_await discard(load.connection, layout::chunk_key(load.scope, i), load.deadline);
        }
        if (!known || oversize || size.integer == 0) {
            co_return false;
        }
    }
    co_return true;
}

/// The values of up to `chunk_window` chunks from `first` on. GETRANGE, because a value may have grown since its size
/// was read.
asio::awaitable<std::optional<RedisReplies>> fetch(Load& load, std::size_t first)
{
    RedisCommands commands;
    const std::size_t end = std::min(first + chunk_window, load.meta.chunks.size());
    for (std::size_t i = first; i < end; ++i) {
        commands.push_back(
            {"GETRANGE", layout::chunk_key(load.scope, i), "0", std::to_string(layout::max_chunk_bytes - 1)});
    }
    co_return co_await load.connection.run(std::move(commands), RedisEffort::bulk, load.deadline);
}

asio::awaitable<bool> add_records(Load& load, const layout::Chunk& chunk)
{
    std::size_t seen = 0;
    for (const std::string_view record : chunk.records()) {
        if (!load.builder.add_packed(record)) {
            co_return false;
        }
        if (++seen % records_per_turn == 0) {
            co_await breathe();
        }
    }
    co_return true;
}

asio::awaitable<bool> add_chunk(Load& load, std::size_t index, const RedisReply& reply)
{
    if (reply.kind != RedisReply::Kind::string || reply.text.empty()) {
        co_return false;
    }
    const auto chunk = layout::decode_chunk(reply.text);
    if (!chunk) {
        co_await discard(load.connection, layout::chunk_key(load.scope, index), load.deadline);
        co_return false;
    }
    // A sound chunk of another snapshot: somebody is just writing a newer one. Not ours to delete.
    const layout::ChunkLabel wanted{load.meta.content_hash, static_cast<std::uint32_t>(index)};
    if (chunk->label() != wanted || chunk->hash() != load.meta.chunks[index]) {
        co_return false;
    }
    load.raw_bytes += chunk->raw_bytes();
    if (load.raw_bytes > layout::max_raw_snapshot_bytes) {
        co_return false;
    }
    co_return co_await add_records(load, *chunk);
}

} // namespace

asio::awaitable<std::optional<StoredSnapshot>> load_snapshot(RedisConnection& connection, const Clock& clock,
                                                             std::string scope, SourceIdentity identity,
                                                             Deadline deadline)
{
    auto meta = co_await read_meta(connection, scope, deadline);
    if (!meta || meta->fetched_at > clock.now() + max_skew) {
        co_return std::nullopt;
    }
    Load load{connection, std::move(scope), deadline, std::move(*meta), SnapshotBuilder(std::move(identity))};
    const bool fetchable = co_await check_sizes(load);
    if (!fetchable) {
        co_return std::nullopt;
    }
    for (std::size_t first = 0; first < load.meta.chunks.size(); first += chunk_window) {
        const auto values = co_await fetch(load, first);
        if (!values) {
            co_return std::nullopt;
        }
        for (std::size_t i = 0; i < values->size(); ++i) {
            const bool added = co_await add_chunk(load, first + i, (*values)[i]);
            if (!added) {
                co_return std::nullopt;
            }
            co_await breathe();
        }
    }
    auto snapshot = load.builder.finish();
    if (snapshot->size() != load.meta.images || snapshot->content_hash() != load.meta.content_hash) {
        connection.note_error("a stored snapshot was not what its hash says");
        co_return std::nullopt;
    }
    co_return StoredSnapshot{std::move(snapshot), load.meta.fetched_at, load.meta.expires_at,
                             static_cast<std::size_t>(load.meta.rows_rejected)};
}

} // namespace polyglance::stored
