#include "cache/redis/save_snapshot.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cache/redis/chunk.hpp"
#include "cache/redis/stored_meta.hpp"

namespace polyglance::stored {
namespace {

/// One save: what does not change while it runs.
struct Save {
    RedisConnection& connection;
    std::string origin;
    std::string scope;
    StoredSnapshot stored;
    std::string keep; ///< milliseconds, as Redis takes them
    Deadline deadline;

    const std::string& content_hash() const { return stored.snapshot->content_hash(); }
};

/// Renews the chunks that `meta` names. True when they are all there and belong to it: another replica may have begun
/// to overwrite them and died.
asio::awaitable<bool> renew_chunks(Save& save, const layout::Meta& meta)
{
    RedisCommands commands;
    for (std::size_t i = 0; i < meta.chunks.size(); ++i) {
        const std::string key = layout::chunk_key(save.scope, i);
        commands.push_back({"GETRANGE", key, "0", std::to_string(layout::label_bytes - 1)});
        commands.push_back({"PEXPIRE", key, save.keep});
    }
    if (commands.empty()) {
        co_return true;
    }
    const auto replies = co_await save.connection.run(std::move(commands), RedisEffort::bulk, save.deadline);
    if (!replies) {
        co_return false;
    }
    for (std::size_t i = 0; i < meta.chunks.size(); ++i) {
        const layout::ChunkLabel wanted{meta.content_hash, static_cast<std::uint32_t>(i)};
        if (layout::peek_label((*replies)[2 * i].text) != wanted || !(*replies)[2 * i + 1].is_integer(1)) {
            co_return false;
        }
    }
    co_return true;
}

asio::awaitable<bool> send(Save& save, RedisCommands commands)
{
    const auto replies = co_await save.connection.run(std::move(commands), RedisEffort::bulk, save.deadline);
    co_return replies&& std::ranges::all_of(*replies, [](const RedisReply& reply) { return reply.is_status("OK"); });
}

/// The rows from `first` on, a little more than one chunk of them.
std::vector<std::string> rows_from(const Snapshot& snapshot, std::uint32_t first)
{
    std::vector<std::string> rows;
    for (std::size_t bytes = 0; first < snapshot.size() && bytes <= layout::chunk_target_bytes; ++first) {
        snapshot.append_packed(rows.emplace_back(), first);
        bytes += rows.back().size();
    }
    return rows;
}

/// Writes all chunks; their hashes, or empty when that failed.
asio::awaitable<std::optional<std::vector<Sha256>>> write_chunks(Save& save)
{
    const Snapshot& snapshot = *save.stored.snapshot;
    std::vector<Sha256> hashes;
    RedisCommands window;
    for (std::uint32_t row = 0; row < snapshot.size();) {
        const auto rows = rows_from(snapshot, row);
        const std::vector<std::string_view> records(rows.begin(), rows.end());
        const std::size_t count = layout::records_for_chunk(records);
        const layout::ChunkLabel label{save.content_hash(), static_cast<std::uint32_t>(hashes.size())};
        auto chunk = layout::encode_chunk(label, std::span(records).first(count));
        if (!chunk || hashes.size() == layout::max_chunks) {
            save.connection.note_error("a snapshot is too large for Redis");
            co_return std::nullopt;
        }
        row += static_cast<std::uint32_t>(count);
        window.push_back(
            {"SET", layout::chunk_key(save.scope, hashes.size()), std::move(chunk->value), "PX", save.keep});
        hashes.push_back(chunk->hash);
        co_await breathe();
        if (window.size() == chunk_window || row == snapshot.size()) {
            const bool sent = co_await send(save, std::exchange(window, {}));
            if (!sent) {
                co_return std::nullopt;
            }
        }
    }
    co_return hashes;
}

/// Makes the chunks count, and the news known. `obsolete`: number of chunks that the snapshot before had.
asio::awaitable<bool> write_meta(Save& save, std::vector<Sha256> chunks, std::size_t obsolete)
{
    RedisCommand unlink{"UNLINK"};
    for (std::size_t i = chunks.size(); i < obsolete; ++i) {
        unlink.push_back(layout::chunk_key(save.scope, i));
    }
    const StoredSnapshot& stored = save.stored;
    const layout::Meta meta{save.content_hash(), stored.snapshot->size(), stored.rows_rejected,
                            stored.fetched_at,   stored.expires_at,       std::move(chunks)};
    const StoreEvent event{save.scope, meta.content_hash, meta.fetched_at};
    RedisCommands commands{{"SET", layout::meta_key(save.scope), layout::encode_meta(meta), "PX", save.keep},
                           {"PUBLISH", layout::events_channel(), layout::encode_event(save.origin, event)}};
    if (unlink.size() > 1) {
        commands.push_back(std::move(unlink));
    }
    const auto replies = co_await save.connection.run(std::move(commands), RedisEffort::quick, save.deadline);
    co_return replies && (*replies)[0].is_status("OK");
}

} // namespace

asio::awaitable<bool> save_snapshot(RedisConnection& connection, std::string origin, std::string scope,
                                    StoredSnapshot snapshot, std::chrono::milliseconds keep, Deadline deadline)
{
    Save save{connection,
              std::move(origin),
              std::move(scope),
              std::move(snapshot),
              std::to_string(std::max(keep, std::chrono::milliseconds{1}).count()),
              deadline};
    const auto before = co_await read_meta(connection, save.scope, deadline);
    if (before && before->content_hash == save.content_hash()) {
        const bool in_place = co_await renew_chunks(save, *before);
        if (in_place) {
            co_return co_await write_meta(save, before->chunks, before->chunks.size());
        }
    }
    auto chunks = co_await write_chunks(save);
    if (!chunks) {
        co_return false;
    }
    co_return co_await write_meta(save, std::move(*chunks), before ? before->chunks.size() : 0);
}

} // namespace polyglance::stored
