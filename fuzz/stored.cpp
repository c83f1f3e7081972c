// What lies in Redis, and how Redis says it.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include "cache/redis/bytes.hpp"
#include "cache/redis/chunk.hpp"
#include "cache/redis/handshake.hpp"
#include "cache/redis/layout.hpp"
#include "cache/redis/protocol.hpp"
#include "cache/snapshot.hpp"
#include "fuzz/targets.hpp"
#include "model/json/write.hpp"

namespace polyglance::fuzz {
namespace {

/// A chunk whose records are `bytes`, in zstd's frame for what is not compressed (RFC 8878 3.1.1): so that mutations
/// come to the records.
std::string chunk_of(std::string_view bytes)
{
    const auto size = static_cast<std::uint32_t>(bytes.size());
    std::string body;
    put_short_text(body, "abc");
    put_number(body, std::uint32_t{0});
    put_number(body, std::uint32_t{bytes.empty() ? 0U : 1U});
    put_number(body, size);
    body += "\x28\xb5\x2f\xfd\xa0"; // magic; one segment, its size in four bytes
    put_number(body, size);
    const std::uint32_t block = size << 3U | 1U; // raw, the last one
    body.append({static_cast<char>(block), static_cast<char>(block >> 8U), static_cast<char>(block >> 16U)});
    return layout::seal('c', body += bytes);
}

} // namespace

void stored_values(std::string_view bytes)
{
    const std::array records{bytes.substr(0, bytes.size() / 3), bytes.substr(bytes.size() / 3)};
    const auto encoded = layout::encode_chunk({.content_hash = "abc", .index = 7}, records);
    const auto decoded = encoded ? layout::decode_chunk(encoded->value) : std::nullopt;
    must(decoded && std::ranges::equal(decoded->records(), records) && decoded->hash() == encoded->hash,
         "a chunk written reads as itself");

    // A checksum stops nearly all mutations: each reader also gets the bytes under a right one.
    for (const char kind : {'m', 'c', 't'}) {
        const auto sealed = layout::seal(kind, bytes);
        must(layout::unseal(kind, sealed) == bytes, "what is sealed comes out as it went in");
        if (const auto meta = layout::decode_meta(sealed)) {
            must(layout::encode_meta(*meta) == sealed, "a meta written is the meta read");
        }
        if (const auto chunk = layout::decode_chunk(sealed)) {
            must(chunk->raw_bytes() <= layout::max_raw_chunk_bytes, "a chunk is bounded");
            static_cast<void>(chunk->records());
        }
        static_cast<void>(layout::peek_label(sealed));
    }
    if (const auto chunk = layout::decode_chunk(chunk_of(bytes))) {
        must(chunk->raw_bytes() == bytes.size() && chunk->records().size() <= 1, "a chunk holds what it declares");
    }
    static_cast<void>(layout::decode_meta(bytes));
    static_cast<void>(layout::decode_chunk(bytes));
    static_cast<void>(layout::peek_label(bytes));
    if (const auto event = layout::decode_event(bytes, "me")) {
        must(layout::decode_event(layout::encode_event("you", *event), "me").has_value(), "an event written is one");
    }
}

void packed_row(std::string_view bytes)
{
    SnapshotBuilder builder({"a", Provider::glance, "here"});
    if (!builder.add_packed(bytes)) {
        return;
    }
    const auto snapshot = builder.finish();
    must(snapshot->size() == 1, "one row is one image");
    std::string record;
    const auto basic = snapshot->append_record(record, 0);
    must(basic <= record.size() && json::valid_utf8(record), "its record is text");
    must(nlohmann::json::accept(record), "its record is JSON");
    std::string packed;
    snapshot->append_packed(packed, 0);
    SnapshotBuilder second({"a", Provider::glance, "here"});
    must(second.add_packed(packed), "what we pack we take");
    must(second.finish()->content_hash() == snapshot->content_hash(), "and it is the same");
}

void redis_replies(std::string_view bytes)
{
    if (bytes.empty()) {
        return;
    }
    const std::size_t slice = 1 + static_cast<unsigned char>(bytes.front()) % 17;
    bytes.remove_prefix(1);
    ReplyParser whole;
    ReplyParser sliced;
    const auto at_once = whole.feed(bytes);
    std::vector<RedisReply> pieces;
    bool good = true;
    for (std::size_t at = 0; good && at < bytes.size(); at += slice) {
        auto more = sliced.feed(bytes.substr(at, slice));
        good = more.has_value();
        if (good) {
            pieces.insert(pieces.end(), more->begin(), more->end());
        }
    }
    must(at_once.has_value() == good, "replies read alike however they come");
    must(!good || *at_once == pieces, "and are the same");
    RedisCommand command;
    for (const auto& reply : pieces) {
        must(reply.error_code().size() <= 32, "an error code is short");
        static_cast<void>(is_wrong_server(reply.error_code()));
        command.push_back(reply.text);
    }
    if (!command.empty()) {
        std::string sent;
        append_command(sent, command);
        const auto read = ReplyParser().feed(sent);
        must(read && read->size() == 1 && std::ranges::equal(read->front().elements, command, {}, &RedisReply::text),
             "a command means the words it was made of");
    }
    static const auto greeting = [] {
        RedisConfig config;
        config.sentinels = {{"a", 1}};
        config.password = Secret("x");
        config.database = 1;
        return handshake(config, "me", {});
    }();
    if (pieces.size() >= greeting.size()) {
        const auto refused = refused_handshake(greeting, pieces);
        must(!refused || (refused->words.size() < 64 && refused->code.size() <= 32), "a refusal is told in our words");
    }
}

} // namespace polyglance::fuzz
