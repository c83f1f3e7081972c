#include <gtest/gtest.h>

#include <fstream>

#include "tests/cache/redis/store_bench.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::RedisServer;
using test::run;
using test::sample_identity;
using test::sample_snapshot;
using test::scope;

/// A master, its replica, and a real Sentinel that watches them with little patience.
struct Guarded : test::StoreBench {
    Guarded()
        : replica({"--replicaof", "127.0.0.1", std::to_string(master.port())}),
          sentinel(RedisServer::sentinel("sentinel monitor mymaster 127.0.0.1 " + std::to_string(master.port()) +
                                         " 1\n"
                                         "sentinel down-after-milliseconds mymaster 300\n"
                                         "sentinel failover-timeout mymaster 2000\n"))
    {
    }
    RedisConfig config() const
    {
        RedisConfig out;
        out.sentinels = {{"127.0.0.1", test::free_port()}, {"127.0.0.1", sentinel.port()}}; // the first is not there
        out.master_name = "mymaster";
        out.timeout = 500ms;
        return out;
    }
    bool save(SnapshotStore& store) { return run(io, store.save(scope, sample_snapshot(20), 1h, soon())); }
    std::optional<StoredSnapshot> load(SnapshotStore& store)
    {
        return run(io, store.load(scope, sample_identity, soon()));
    }

    RedisServer master;
    RedisServer replica;
    RedisServer sentinel;
};

TEST(RedisSentinel, FollowsTheMasterThroughAFailover)
{
    SKIP_WITHOUT_REDIS();
    Guarded bench;
    const auto store = bench.store(bench.config());
    ASSERT_TRUE(bench.eventually([&] { return store->health().connected; })) << store->health().last_error;
    ASSERT_TRUE(bench.save(*store));
    // The Sentinel has to have heard of the replica, and the replica must hold what was saved.
    const auto on_replica = bench.store(test::config_for(bench.replica.port()));
    ASSERT_TRUE(bench.eventually([&] { return bench.load(*on_replica).has_value(); }));

    bench.master.kill();

    ASSERT_TRUE(bench.eventually([&] { return store->health().connected && bench.save(*store); }))
        << store->health().last_error;
    EXPECT_TRUE(bench.load(*store));
    EXPECT_GE(store->health().reconnects, 1U);
}

TEST(RedisSentinel, AnUnknownMasterIsJustAMiss)
{
    SKIP_WITHOUT_REDIS();
    Guarded bench;
    auto config = bench.config();
    config.master_name = "nobody";
    const auto store = bench.store(config);

    EXPECT_FALSE(bench.load(*store));
    EXPECT_FALSE(bench.save(*store));
    EXPECT_EQ(store->health().last_error, "no Sentinel knows the master");
}

} // namespace
} // namespace polyglance
