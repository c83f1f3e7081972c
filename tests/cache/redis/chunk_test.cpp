#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zstd.h>

#include <string>
#include <vector>

#include "cache/redis/bytes.hpp"
#include "cache/redis/chunk.hpp"
#include "model/digest.hpp"

namespace polyglance::layout {
namespace {

const ChunkLabel label{std::string(64, 'b'), 3};
constexpr std::size_t chunk_target_records = 8UL;

std::vector<std::string_view> views(const std::vector<std::string>& texts)
{
    return {texts.begin(), texts.end()};
}

std::string packed(std::string_view raw)
{
    std::string out(ZSTD_compressBound(raw.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), raw.data(), raw.size(), 1));
    return out;
}

/// A chunk with a right checksum that declares what it likes.
std::string forged(std::uint32_t count, std::uint32_t raw_size, std::string_view payload)
{
    std::string body;
    put_short_text(body, label.content_hash);
    put_number(body, label.index);
    put_number(body, count);
    put_number(body, raw_size);
    return seal('c', body.append(payload));
}

TEST(RedisChunk, ReadsBackAsWritten)
{
    const std::vector<std::string> records{R"({"name":"华为云 CentOS 7"})", "", std::string("\0\n", 2),
                                           std::string(5000, 'x')};

    const auto chunk = encode_chunk(label, views(records));

    ASSERT_TRUE(chunk);
    const auto read = decode_chunk(chunk->value);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->label(), label);
    EXPECT_EQ(read->hash(), chunk->hash);
    EXPECT_EQ(read->records(), views(records));
    EXPECT_EQ(peek_label(chunk->value.substr(0, label_bytes)), label);
}

TEST(RedisChunk, EveryDamagedByteIsAMiss)
{
    const std::vector<std::string> records{R"({"name":"华为云"})", R"({"name":"阿里云"})", std::string(900, 'x')};
    const std::string whole = encode_chunk(label, views(records))->value;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char flip : {'\x01', '\x80', '\xff'}) {
            std::string damaged = whole;
            damaged[at] = static_cast<char>(damaged[at] ^ flip);
            EXPECT_FALSE(decode_chunk(damaged)) << at;
            peek_label(damaged);
        }
        EXPECT_FALSE(decode_chunk(whole.substr(0, at))) << at;
        peek_label(whole.substr(0, at));
    }
}

TEST(RedisChunk, DamageUnderARightChecksumIsAMissOrTheSameKindOfThing)
{
    const std::vector<std::string> records{R"({"name":"华为云"})", R"({"name":"阿里云"})", std::string(900, 'x')};
    const std::string body = encode_chunk(label, views(records))->value.substr(header_bytes);
    for (std::size_t at = 0; at < body.size(); ++at) {
        for (const char flip : {'\x01', '\x80', '\xff'}) {
            std::string damaged = body;
            damaged[at] = static_cast<char>(damaged[at] ^ flip);
            const auto read = decode_chunk(seal('c', damaged));
            if (read) {
                EXPECT_EQ(read->records().size(), 3u) << at;
            }
        }
        EXPECT_FALSE(decode_chunk(seal('c', body.substr(0, at)))) << at;
    }
}

TEST(RedisChunk, WrongCountsAndSizesAreAMiss)
{
    std::string raw;
    for (const std::string_view record : {"one", "two"}) {
        put_number(raw, static_cast<std::uint32_t>(record.size()));
        raw += record;
    }
    const auto size = static_cast<std::uint32_t>(raw.size());

    EXPECT_TRUE(decode_chunk(forged(2, size, packed(raw))));
    EXPECT_FALSE(decode_chunk(forged(1, size, packed(raw))));
    EXPECT_FALSE(decode_chunk(forged(3, size, packed(raw))));
    EXPECT_FALSE(decode_chunk(forged(2, size - 1, packed(raw))));
    EXPECT_FALSE(decode_chunk(forged(2, size + 1, packed(raw))));
    EXPECT_FALSE(decode_chunk(forged(2, size, raw))) << "not compressed";
    EXPECT_FALSE(decode_chunk(forged(2, size, packed(raw).append("x"))));
}

TEST(RedisChunk, ABombIsRefusedWithoutUnpackingIt)
{
    const std::string bomb = packed(std::string(64UL << 20, '\0'));
    ASSERT_LT(bomb.size(), max_chunk_bytes);

    EXPECT_FALSE(decode_chunk(forged(1, 64U << 20, bomb))) << "declared";
    EXPECT_FALSE(decode_chunk(forged(1, 1000, bomb))) << "not declared";
    EXPECT_FALSE(decode_chunk(forged(1, max_raw_chunk_bytes, bomb)));
}

TEST(RedisChunk, OversizeValuesAreAMiss)
{
    EXPECT_FALSE(decode_chunk(std::string(max_chunk_bytes + 1, 'x')));
}

TEST(RedisChunk, TakesAsManyRecordsAsFitTheTarget)
{
    const std::string eighth(chunk_target_bytes / chunk_target_records - 4, 'x');
    const std::vector<std::string_view> records(20, eighth);

    EXPECT_EQ(records_for_chunk(records), chunk_target_records);
    EXPECT_EQ(records_for_chunk(std::span(records).first(3)), 3u);
    EXPECT_EQ(records_for_chunk({}), 0u);
}

TEST(RedisChunk, AHugeRecordGetsAChunkOfItsOwnUpToTheLimit)
{
    const std::string huge(chunk_target_bytes + 1, 'x');
    const std::vector<std::string_view> records{huge, "small"};
    EXPECT_EQ(records_for_chunk(records), 1u);

    const std::string at_limit(max_raw_chunk_bytes - 4, 'x');
    const std::string past_limit(max_raw_chunk_bytes - 3, 'x');
    EXPECT_TRUE(encode_chunk(label, std::vector<std::string_view>{at_limit}));
    EXPECT_FALSE(encode_chunk(label, std::vector<std::string_view>{past_limit}));
}

TEST(RedisChunk, WhatDoesNotCompressStillFitsAtTheTarget)
{
    const std::string noise = random_bytes(chunk_target_bytes - 4);

    const auto chunk = encode_chunk(label, std::vector<std::string_view>{noise});

    ASSERT_TRUE(chunk);
    EXPECT_LE(chunk->value.size(), max_chunk_bytes);
    EXPECT_TRUE(decode_chunk(chunk->value));
    EXPECT_FALSE(encode_chunk(label, std::vector<std::string_view>{random_bytes(max_raw_chunk_bytes - 4)}));
}

RC_GTEST_PROP(RedisChunk, AnyRecordsReadBack, (const std::vector<std::string>& records))
{
    const auto chunk = encode_chunk(label, views(records));
    RC_ASSERT(chunk.has_value());
    const auto read = decode_chunk(chunk->value);
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->records() == views(records));
}

RC_GTEST_PROP(RedisChunk, AnyBytesGiveAMiss, (const std::string& bytes))
{
    RC_ASSERT(!decode_chunk(bytes));
    decode_chunk(seal('c', bytes));
    peek_label(bytes);
}

} // namespace
} // namespace polyglance::layout
