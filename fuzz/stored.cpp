// What lies in Redis, and how Redis says it.
#include <nlohmann/json.hpp>

#include "cache/redis/chunk.hpp"
#include "cache/redis/layout.hpp"
#include "cache/redis/protocol.hpp"
#include "cache/snapshot.hpp"
#include "fuzz/targets.hpp"
#include "model/json/write.hpp"

namespace polyglance::fuzz {

void stored_values(std::string_view bytes)
{
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
    static_cast<void>(layout::decode_meta(bytes));
    static_cast<void>(layout::decode_chunk(bytes));
    static_cast<void>(layout::peek_label(bytes));
    static_cast<void>(layout::decode_event(bytes, "me"));
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
    for (const auto& reply : pieces) {
        must(reply.error_code().size() <= 32, "an error code is short");
    }
}

} // namespace polyglance::fuzz
