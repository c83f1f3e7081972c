#include <gtest/gtest.h>

#include <fstream>

#include "tests/cache/redis/store_bench.hpp"
#include "tests/support/fake_redis.hpp"

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

/// A master that hangs is asked for no less often than one that is gone: its replica may be the master by now.
TEST(RedisSentinel, IsAskedAgainSoonWhileTheMasterHangs)
{
    test::StoreBench bench;
    const test::FakeRedis master(bench.io, [](const RedisCommand&) { return std::optional<std::string>(""); });
    const test::FakeRedis sentinel(bench.io, [&](const RedisCommand&) -> std::optional<std::string> {
        const std::string port = std::to_string(master.port());
        return "*2\r\n$9\r\n127.0.0.1\r\n$" + std::to_string(port.size()) + "\r\n" + port + "\r\n";
    });
    RedisConfig config;
    config.sentinels = {{"127.0.0.1", sentinel.port()}};
    config.master_name = "mymaster";
    const auto store = bench.store(config);

    bench.io.run_for(3s);

    EXPECT_GE(sentinel.connections(), 16U) << "two connections, each every 250 ms at the latest";
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
