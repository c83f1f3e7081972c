#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cache/redis/layout.hpp"
#include "tests/cache/redis/store_bench.hpp"

namespace polyglance {
namespace {

std::string record_of(const Snapshot& snapshot, std::uint32_t row)
{
    std::string out;
    snapshot.append_record(out, row);
    return out;
}

using namespace std::chrono_literals;
using test::OneStore;
using test::run;
using test::sample_identity;
using test::sample_snapshot;
using test::scope;

/// Enough images for three chunks.
constexpr std::size_t several_chunks = 3'500;

void expect_same(const StoredSnapshot& wanted, const std::optional<StoredSnapshot>& got)
{
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->fetched_at, wanted.fetched_at);
    EXPECT_EQ(got->expires_at, wanted.expires_at);
    EXPECT_EQ(got->rows_rejected, wanted.rows_rejected);
    ASSERT_EQ(got->snapshot->size(), wanted.snapshot->size());
    EXPECT_EQ(got->snapshot->content_hash(), wanted.snapshot->content_hash());
    for (std::uint32_t row = 0; row < wanted.snapshot->size(); ++row) {
        ASSERT_EQ(record_of(*got->snapshot, row), record_of(*wanted.snapshot, row)) << row;
    }
}

TEST(RedisStore, SnapshotsComeBackAsTheyWere)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    for (const std::size_t images : {0UL, 1UL, 5'000UL}) {
        const auto stored = sample_snapshot(images);

        EXPECT_TRUE(one.save(stored)) << images;

        expect_same(stored, one.load());
    }
    EXPECT_TRUE(one.exists(layout::chunk_key(scope, 4))) << "5,000 images take several chunks";
    EXPECT_EQ(one.store->health().errors, 0u);
    EXPECT_TRUE(one.store->health().connected);
}

TEST(RedisStore, WhatIsForgottenIsAMissForAllReplicas)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    EXPECT_TRUE(one.save(sample_snapshot(5)));
    const auto other = one.another_store();

    run(one.io, one.store->forget(scope, one.soon()));

    EXPECT_FALSE(one.load());
    EXPECT_FALSE(run(one.io, other->load(scope, sample_identity, one.soon())));
    EXPECT_TRUE(one.save(sample_snapshot(5)));
    EXPECT_TRUE(one.load());
}

TEST(RedisStore, AnUnknownScopeIsAMiss)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;

    EXPECT_FALSE(one.load());
    EXPECT_EQ(one.store->health().errors, 0u);
}

TEST(RedisStore, ValuesGoAfterTheirTime)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;

    one.save(sample_snapshot(3), 90s);

    for (const std::string& key : {one.meta, one.chunk0}) {
        const auto left = one.raw({"PTTL", key}).integer;
        EXPECT_GT(left, 60'000) << key;
        EXPECT_LE(left, 90'000) << key;
    }
}

TEST(RedisStore, TheSameContentIsNotWrittenTwice)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    auto stored = sample_snapshot(several_chunks);
    ASSERT_TRUE(one.save(stored, 90s));
    const int before = one.writes();

    stored.fetched_at += 1min;
    stored.expires_at += 1min;
    EXPECT_TRUE(one.save(stored, 2h));

    EXPECT_EQ(one.writes() - before, 1) << "meta only";
    EXPECT_GT(one.raw({"PTTL", one.chunk0}).integer, 7'000'000) << "but all of it lives longer";
    expect_same(stored, one.load());
}

TEST(RedisStore, AShorterSnapshotLeavesNoChunksBehind)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    one.save(sample_snapshot(several_chunks));

    one.save(sample_snapshot(1));

    EXPECT_FALSE(one.exists(layout::chunk_key(scope, 1)));
    expect_same(sample_snapshot(1), one.load());
}

TEST(RedisStore, AHalfWrittenSnapshotIsAMissAndThenReplaced)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const auto old = sample_snapshot(several_chunks, "甲");
    one.save(old);
    const std::string old_meta = one.value(one.meta);
    one.save(sample_snapshot(several_chunks, "乙"));

    one.put(one.meta, old_meta); // as if the second save had died before its meta
    EXPECT_FALSE(one.load());
    EXPECT_TRUE(one.exists(one.chunk0)) << "somebody may be about to finish it";

    EXPECT_TRUE(one.save(old)) << "although meta says that it is there already";
    expect_same(old, one.load());
}

TEST(RedisStore, AMissingChunkIsAMissAndThenReplaced)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const auto stored = sample_snapshot(several_chunks);
    one.save(stored);

    one.raw({"DEL", layout::chunk_key(scope, 2)});
    EXPECT_FALSE(one.load());

    EXPECT_TRUE(one.save(stored));
    expect_same(stored, one.load());
}

TEST(RedisStore, ValuesOfAnotherTypeAreDiscardedAndReplaced)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const auto stored = sample_snapshot(3);
    for (const std::string& key : {one.meta, one.chunk0}) {
        one.save(stored);
        one.raw({"DEL", key});
        one.raw({"RPUSH", key, "a list"});

        EXPECT_FALSE(one.load()) << key;
        EXPECT_FALSE(one.exists(key));
        one.raw({"RPUSH", key, "a list"});
        EXPECT_TRUE(one.save(stored)) << key;
        expect_same(stored, one.load());
    }
}

TEST(RedisStore, EveryDamageIsAMissAndHeals)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const auto stored = sample_snapshot(40);
    one.save(stored);
    for (const std::string& key : {one.meta, one.chunk0}) {
        const std::string whole = one.value(key);
        const std::size_t stride = whole.size() / 60 + 1;
        for (std::size_t at = 0; at < whole.size(); at += stride) {
            std::string damaged = whole;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
            one.put(key, damaged);

            EXPECT_FALSE(one.load()) << key << ' ' << at;
            EXPECT_FALSE(one.exists(key)) << key << ' ' << at;
            ASSERT_TRUE(one.save(stored));
        }
        expect_same(stored, one.load());
    }
}

TEST(RedisStore, AnOversizeValueIsDiscardedUnread)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    for (const std::string& key : {one.meta, one.chunk0}) {
        one.save(sample_snapshot(3));
        one.raw({"SETRANGE", key, std::to_string(64UL << 20), "x"});

        EXPECT_FALSE(one.load()) << key;

        EXPECT_FALSE(one.exists(key));
        EXPECT_EQ(one.store->health().reconnects, 0u) << "the connection stays";
    }
}

TEST(RedisStore, ASnapshotUnderAnotherSourceNameIsAMiss)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    one.save(sample_snapshot(3));

    EXPECT_FALSE(one.load({"another", Provider::cloudimages, "cn-north-1"}));
}

TEST(RedisStore, ASnapshotFromTheFutureIsAMiss)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    auto stored = sample_snapshot(3);
    stored.fetched_at = one.clock.now() + 10min;
    one.save(stored);

    EXPECT_FALSE(one.load());
}

TEST(RedisStore, SecretsAndEndpointsOfSourcesAreNotInTheKeys)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    one.save(sample_snapshot(3));
    run(one.io, one.store->acquire_lease(scope, 1min, one.soon()));
    run(one.io, one.store->add_tombstone(scope, {"镜像", one.clock.now() + 1min}, one.soon()));

    for (const RedisReply& key : one.raw({"KEYS", "*"}).elements) {
        EXPECT_TRUE(key.text.starts_with(layout::key_prefix() + "{" + scope + "}:")) << key.text;
    }
}

} // namespace
} // namespace polyglance
