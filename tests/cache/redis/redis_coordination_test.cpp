#include <boost/asio/co_spawn.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cache/redis/layout.hpp"
#include "tests/cache/redis/store_bench.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::OneStore;
using test::run;
using test::sample_identity;
using test::sample_snapshot;
using test::scope;

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
    const auto other = one.another_store();

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
    const auto other = one.another_store();
    EXPECT_TRUE(run(one.io, one.store->acquire_lease(scope, 1ms, one.soon())));
    ASSERT_TRUE(one.eventually([&] { return !one.exists(layout::lease_key(scope)); }));
    EXPECT_TRUE(run(one.io, other->acquire_lease(scope, 1min, one.soon())));

    run(one.io, one.store->release_lease(scope, one.soon()));

    EXPECT_TRUE(one.exists(layout::lease_key(scope)));
}

/// As when Redis was away at the end of a drain, by a failover for example, and still has it.
TEST(RedisStore, ALeaseThatCouldNotBeReleasedIsItsHoldersAgain)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    const auto other = one.another_store();
    ASSERT_TRUE(run(one.io, one.store->acquire_lease(scope, 1min, one.soon())));

    EXPECT_FALSE(run(one.io, other->acquire_lease(scope, 2min, one.soon())));
    EXPECT_TRUE(run(one.io, one.store->acquire_lease(scope, 2min, one.soon())));

    EXPECT_GT(one.raw({"PTTL", layout::lease_key(scope)}).integer, 60'000) << "for as long as was asked for now";
    run(one.io, one.store->release_lease(scope, one.soon()));
    EXPECT_TRUE(run(one.io, other->acquire_lease(scope, 1min, one.soon())));
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
    const auto other = one.another_store();
    std::vector<StoreEvent> own;
    std::vector<StoreEvent> news;
    one.store->on_event([&](const StoreEvent& event) { own.push_back(event); });
    other->on_event([&](const StoreEvent& event) { news.push_back(event); });
    const std::string channel = layout::events_channel();
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

/// Everything that a program of another version keeps for the same source, and what it says.
TEST(RedisStore, TwoVersionsOnOneRedisLiveBesideEachOther)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    std::vector<StoreEvent> news;
    one.store->on_event([&](const StoreEvent& event) { news.push_back(event); });
    const std::string channel = layout::events_channel();
    ASSERT_TRUE(one.eventually([&] { return one.raw({"PUBSUB", "NUMSUB", channel}).elements[1].integer == 1; }));
    const auto theirs = [](std::string key, std::uint8_t version) {
        return key.replace(0, layout::key_prefix().size(), layout::key_prefix(version));
    };
    const std::vector<std::string> keys{one.meta, one.chunk0, layout::lease_key(scope)};
    const std::vector<std::uint8_t> others{layout::format_version - 1, layout::format_version + 1};
    for (const std::uint8_t version : others) {
        for (const std::string& key : keys) {
            one.raw({"SET", theirs(key, version), "theirs", "EX", "3600"});
        }
        one.raw({"ZADD", theirs(layout::tombstones_key(scope), version), "9000000000000000", "their id"});
    }

    const auto stored = sample_snapshot(3);
    EXPECT_TRUE(run(one.io, one.store->acquire_lease(scope, 1min, one.soon()))) << "theirs is another one";
    EXPECT_TRUE(one.save(stored));
    const auto loaded = one.load();
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->snapshot->content_hash(), stored.snapshot->content_hash());
    EXPECT_TRUE(run(one.io, one.store->add_tombstone(scope, {"our id", one.clock.now() + 1min}, one.soon())));
    EXPECT_EQ(run(one.io, one.store->tombstones(scope, one.soon())).size(), 1U);
    run(one.io, one.store->release_lease(scope, one.soon()));

    for (const std::uint8_t version : others) {
        for (const std::string& key : keys) {
            EXPECT_EQ(one.value(theirs(key, version)), "theirs") << key;
        }
        EXPECT_TRUE(one.raw({"ZCARD", theirs(layout::tombstones_key(scope), version)}).is_integer(1));
        one.raw({"PUBLISH", theirs(channel, version), layout::encode_event("00", {"ab", "cd", one.clock.now()})});
    }
    one.raw({"PUBLISH", channel, layout::encode_event("00", {"ef", "cd", one.clock.now()})});
    ASSERT_TRUE(one.eventually([&] { return !news.empty(); }));
    EXPECT_EQ(news.front().scope, "ef") << "their channel is another one";
}

/// So that nothing of a version that is gone stays for ever.
TEST(RedisStore, EveryKeyRunsOut)
{
    SKIP_WITHOUT_REDIS();
    OneStore one;
    one.save(sample_snapshot(3));
    run(one.io, one.store->acquire_lease(scope, 1min, one.soon()));
    run(one.io, one.store->add_tombstone(scope, {"id", one.clock.now() + 1min}, one.soon()));

    const auto keys = one.raw({"KEYS", "*"}).elements;
    EXPECT_EQ(keys.size(), 4U);
    for (const RedisReply& key : keys) {
        EXPECT_GT(one.raw({"PTTL", key.text}).integer, 0) << key.text;
    }
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
