#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cache/redis/chunk.hpp"
#include "cache/redis/layout.hpp"
#include "tests/cache/redis/store_bench.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::RawClient;
using test::RedisServer;
using test::run;
using test::sample_identity;
using test::sample_snapshot;

const std::string scope(64, '7');

/// Enough images for three chunks.
constexpr std::size_t several_chunks = 1'500;

/// One Redis, a store on it, and a client to look behind the store's back.
struct OneStore : test::StoreBench {
    RedisServer server;
    RedisConfig config = test::config_for(server.port());
    std::unique_ptr<SnapshotStore> store = test::StoreBench::store(config);
    RawClient raw{*this, config};

    std::optional<StoredSnapshot> load(SourceIdentity identity = sample_identity)
    {
        return run(io, store->load(scope, std::move(identity), soon()));
    }
    bool save(const StoredSnapshot& stored, std::chrono::milliseconds keep = 1h)
    {
        return run(io, store->save(scope, stored, keep, soon()));
    }
    std::string value(const std::string& key) { return raw({"GET", key}).text; }
    void put(const std::string& key, std::string bytes) { raw({"SET", key, std::move(bytes)}); }
    bool exists(const std::string& key) { return raw({"EXISTS", key}).is_integer(1); }
    /// How many SET commands Redis has carried out so far.
    int writes()
    {
        const std::string stats = raw({"INFO", "commandstats"}).text;
        const auto at = stats.find("cmdstat_set:calls=");
        return at == std::string::npos ? 0 : std::stoi(stats.substr(at + 18));
    }

    const std::string meta = layout::meta_key(scope);
    const std::string chunk0 = layout::chunk_key(scope, 0);
};

void expect_same(const StoredSnapshot& wanted, const std::optional<StoredSnapshot>& got)
{
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->fetched_at, wanted.fetched_at);
    EXPECT_EQ(got->expires_at, wanted.expires_at);
    EXPECT_EQ(got->rows_rejected, wanted.rows_rejected);
    ASSERT_EQ(got->snapshot->size(), wanted.snapshot->size());
    EXPECT_EQ(got->snapshot->content_hash(), wanted.snapshot->content_hash());
    for (std::uint32_t row = 0; row < wanted.snapshot->size(); ++row) {
        ASSERT_EQ(got->snapshot->record(row), wanted.snapshot->record(row)) << row;
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
    EXPECT_TRUE(one.exists(layout::chunk_key(scope, 5))) << "5,000 images take several chunks";
    EXPECT_EQ(one.store->health().errors, 0u);
    EXPECT_TRUE(one.store->health().connected);
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
        EXPECT_TRUE(key.text.starts_with("polyglance:v1:{" + scope + "}:")) << key.text;
    }
}

TEST(RedisStore, TombstonesLastUntilTheirTime)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const Instant now = one.clock.now();
    const Tombstone shorter{"镜像/1", now + 1h};
    const Tombstone longer{"id 2", now + 2h};

    EXPECT_TRUE(run(one.io, one.store->add_tombstone(scope, longer, one.soon())));
    EXPECT_TRUE(run(one.io, one.store->add_tombstone(scope, {"over", now - 1s}, one.soon())));
    EXPECT_TRUE(run(one.io, one.store->add_tombstone(scope, shorter, one.soon())));

    EXPECT_EQ(run(one.io, one.store->tombstones(scope, one.soon())), (std::vector{shorter, longer}));
    const auto left = one.raw({"PTTL", layout::tombstones_key(scope)}).integer;
    EXPECT_GT(left, 7'100'000);
    EXPECT_LE(left, 7'200'001);
}

TEST(RedisStore, TombstonesAreBounded)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const Instant until = one.clock.now() + 1h;
    const std::string key = layout::tombstones_key(scope);
    RedisCommand fill{"ZADD", key};
    for (std::size_t i = 0; i < layout::max_tombstones; ++i) {
        fill.push_back(std::to_string((until - 30min).time_since_epoch().count() + static_cast<long>(i)));
        fill.push_back("id-" + std::to_string(i));
    }
    one.raw(std::move(fill));

    EXPECT_FALSE(run(one.io, one.store->add_tombstone(scope, {std::string(256, 'x'), until}, one.soon())));
    EXPECT_FALSE(run(one.io, one.store->add_tombstone(scope, {"", until}, one.soon())));
    EXPECT_TRUE(run(one.io, one.store->add_tombstone(scope, {std::string(255, 'x'), until}, one.soon())));

    EXPECT_TRUE(one.raw({"ZCARD", key}).is_integer(layout::max_tombstones));
    EXPECT_EQ(run(one.io, one.store->tombstones(scope, one.soon())).size(), layout::max_tombstones);
    EXPECT_EQ(one.raw({"ZSCORE", key, "id-0"}).kind, RedisReply::Kind::nil) << "the one that ends first goes";
}

TEST(RedisStore, TombstonesReplaceWhatIsNotTheirs)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    one.put(layout::tombstones_key(scope), "text");
    const Tombstone tombstone{"id", one.clock.now() + 1h};

    EXPECT_TRUE(run(one.io, one.store->add_tombstone(scope, tombstone, one.soon())));
    EXPECT_EQ(run(one.io, one.store->tombstones(scope, one.soon())), std::vector{tombstone});

    one.put(layout::tombstones_key(scope), "text");
    EXPECT_TRUE(run(one.io, one.store->tombstones(scope, one.soon())).empty());
    EXPECT_FALSE(one.exists(layout::tombstones_key(scope)));
}

TEST(RedisStore, OneOfTwoReplicasGetsTheLease)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const auto other = one.test::StoreBench::store(one.config);

    EXPECT_TRUE(run(one.io, one.store->acquire_lease(scope, 1min, one.soon())));
    EXPECT_FALSE(run(one.io, other->acquire_lease(scope, 1min, one.soon())));
    EXPECT_TRUE(run(one.io, other->acquire_lease(std::string(64, '8'), 1min, one.soon()))) << "another scope";

    run(one.io, other->release_lease(scope, one.soon()));
    EXPECT_FALSE(run(one.io, other->acquire_lease(scope, 1min, one.soon()))) << "it was not the other's to release";
    run(one.io, one.store->release_lease(scope, one.soon()));
    EXPECT_TRUE(run(one.io, other->acquire_lease(scope, 1min, one.soon())));
}

TEST(RedisStore, ALeaseThatRanOutIsNotTakenFromItsNextHolder)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const auto other = one.test::StoreBench::store(one.config);
    EXPECT_TRUE(run(one.io, one.store->acquire_lease(scope, 1ms, one.soon())));
    ASSERT_TRUE(one.eventually([&] { return !one.exists(layout::lease_key(scope)); }));
    EXPECT_TRUE(run(one.io, other->acquire_lease(scope, 1min, one.soon())));

    run(one.io, one.store->release_lease(scope, one.soon()));

    EXPECT_TRUE(one.exists(layout::lease_key(scope)));
}

TEST(RedisStore, WhatIsNoLeaseDoesNotHoldReplicasBack)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const std::string key = layout::lease_key(scope);
    for (const RedisCommand& command : {RedisCommand{"SET", key, "forever"}, RedisCommand{"RPUSH", key, "a list"},
                                        RedisCommand{"SET", key, "long", "EX", "7200"}}) {
        one.raw({"DEL", key});
        one.raw(command);
        EXPECT_TRUE(run(one.io, one.store->acquire_lease(scope, 1min, one.soon()))) << command[2];
    }
}

TEST(RedisStore, TellsOtherReplicasButNotItself)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const auto other = one.test::StoreBench::store(one.config);
    std::vector<StoreEvent> own;
    std::vector<StoreEvent> news;
    one.store->on_event([&](const StoreEvent& event) { own.push_back(event); });
    other->on_event([&](const StoreEvent& event) { news.push_back(event); });
    const std::string channel(layout::events_channel);
    ASSERT_TRUE(one.eventually([&] { return one.raw({"PUBSUB", "NUMSUB", channel}).elements[1].integer == 2; }));
    one.raw({"PUBLISH", channel, "nonsense"});

    const auto stored = sample_snapshot(2);
    one.save(stored);
    one.save(stored);

    ASSERT_TRUE(one.eventually([&] { return news.size() == 2; })) << "also when only its times were renewed";
    EXPECT_EQ(news[0].scope, scope);
    EXPECT_EQ(news[0].content_hash, stored.snapshot->content_hash());
    EXPECT_EQ(news[0].fetched_at, stored.fetched_at);
    EXPECT_TRUE(own.empty());
}

TEST(RedisStore, StopEndsWhatRunsAsAMiss)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    ASSERT_TRUE(one.save(sample_snapshot(3)));
    one.server.freeze();
    bool loaded = true;
    asio::co_spawn(one.io, one.store->load(scope, sample_identity, one.soon()),
                   [&](std::exception_ptr thrown, const std::optional<StoredSnapshot>& got) {
                       loaded = thrown || got.has_value();
                   });
    one.io.restart();
    one.io.poll();

    one.store->stop();

    EXPECT_TRUE(one.eventually([&] { return !loaded; }));
    EXPECT_FALSE(one.store->health().connected);
    EXPECT_FALSE(one.load());
    EXPECT_FALSE(one.save(sample_snapshot(3)));
    EXPECT_TRUE(run(one.io, one.store->acquire_lease(scope, 1min, one.soon())));
}

} // namespace
} // namespace polyglance
