#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "cache/redis/layout.hpp"

namespace polyglance::layout {
namespace {

const Instant noon = *parse_timestamp("2026-03-04T12:00:00.123456Z");

Meta sample_meta(std::size_t chunks)
{
    Meta meta{std::string(64, 'a'), 5'000, 3, noon, noon + std::chrono::minutes{1}, {}};
    for (std::size_t i = 0; i < chunks; ++i) {
        meta.chunks.push_back(sha256(std::to_string(i)));
    }
    return meta;
}

TEST(RedisLayout, KeysKeepASourceOnOneSlot)
{
    EXPECT_EQ(meta_key("ab12"), key_prefix() + "{ab12}:meta");
    EXPECT_EQ(chunk_key("ab12", 7), key_prefix() + "{ab12}:chunk:7");
    EXPECT_EQ(lease_key("ab12"), key_prefix() + "{ab12}:lease");
    EXPECT_EQ(tombstones_key("ab12"), key_prefix() + "{ab12}:tombstones");
    EXPECT_EQ(events_channel(), key_prefix() + "events");
}

TEST(RedisLayout, KeysBeginWithTheFormatVersion)
{
    EXPECT_EQ(key_prefix(), "polyglance:v" + std::to_string(format_version) + ":");
    EXPECT_EQ(key_prefix(7), "polyglance:v7:");
}

TEST(RedisLayout, MetaReadsBackAsWritten)
{
    for (const std::size_t chunks : {0UL, 1UL, 7UL, max_chunks}) {
        const std::string value = encode_meta(sample_meta(chunks));
        EXPECT_LE(value.size(), max_meta_bytes);
        EXPECT_EQ(decode_meta(value), sample_meta(chunks));
    }
    EXPECT_FALSE(decode_meta(encode_meta(sample_meta(max_chunks + 1))));
}

TEST(RedisLayout, EveryDamagedByteOfMetaIsAMiss)
{
    const std::string whole = encode_meta(sample_meta(2));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char flip : {'\x01', '\x80', '\xff'}) {
            std::string damaged = whole;
            damaged[at] = static_cast<char>(damaged[at] ^ flip);
            EXPECT_FALSE(decode_meta(damaged)) << at;
        }
    }
}

TEST(RedisLayout, CutOrProlongedMetaIsAMiss)
{
    const std::string whole = encode_meta(sample_meta(2));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(decode_meta(whole.substr(0, size))) << size;
    }
    EXPECT_FALSE(decode_meta(whole + '\0'));
}

/// A value of the right checksum whose body somebody else wrote.
TEST(RedisLayout, AForeignBodyIsAMissAlsoWithARightChecksum)
{
    const std::string whole = encode_meta(sample_meta(2));
    const std::string body = whole.substr(header_bytes);
    EXPECT_TRUE(decode_meta(seal('m', body)));
    EXPECT_FALSE(decode_meta(seal('c', body))) << "another kind";

    for (std::size_t at = 0; at < body.size(); ++at) {
        std::string other = body;
        other[at] = static_cast<char>(other[at] ^ 0xff);
        const auto read = decode_meta(seal('m', other));
        if (read) {
            EXPECT_EQ(encode_meta(*read), seal('m', other)) << at;
        }
    }
    for (std::size_t size = 0; size < body.size(); ++size) {
        EXPECT_FALSE(decode_meta(seal('m', body.substr(0, size)))) << size;
    }
}

TEST(RedisLayout, AnotherFormatVersionIsAMiss)
{
    std::string value = encode_meta(sample_meta(0));
    const std::string body = value.substr(header_bytes);
    value[4] = format_version + 1;
    std::string start = value.substr(0, 6);
    value = start + std::string(as_bytes(sha256(start + body))) + body;

    EXPECT_FALSE(decode_meta(value));
}

TEST(RedisLayout, EventsReadBackAsPublished)
{
    const StoreEvent event{"ab12", "cd34", noon};

    const auto read = decode_event(encode_event("0011", event), "2233");

    ASSERT_TRUE(read);
    EXPECT_EQ(read->scope, event.scope);
    EXPECT_EQ(read->content_hash, event.content_hash);
    EXPECT_EQ(read->fetched_at, event.fetched_at);
}

TEST(RedisLayout, OwnAndForeignEventsAreNotNews)
{
    EXPECT_FALSE(decode_event(encode_event("0011", {"ab", "cd", noon}), "0011"));
    for (const std::string_view payload :
         {"", " ", "   ", "a", "x ab cd", "x ab cd yesterday", "x ab cd 2026-03-04T12:00:00Z more",
          "x ../.. cd 2026-03-04T12:00:00Z", "x  cd 2026-03-04T12:00:00Z", "x ab AB 2026-03-04T12:00:00Z"}) {
        EXPECT_FALSE(decode_event(payload, "0011")) << payload;
    }
    EXPECT_FALSE(decode_event("x " + std::string(1000, 'a') + " cd 2026-03-04T12:00:00Z", "0011"));
}

RC_GTEST_PROP(RedisLayout, AnyBytesGiveAValueOrAMiss, (const std::string& bytes))
{
    RC_ASSERT(!decode_meta(bytes));
    decode_meta(seal('m', bytes));
    decode_event(bytes, "00");
}

} // namespace
} // namespace polyglance::layout
