#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cache/redis/store_bench.hpp"
#include "tests/support/fake_redis.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::FakeRedis;
using test::RedisServer;
using test::run;
using test::sample_identity;
using test::sample_snapshot;
using test::scope;

/// A store and what it told about its health.
struct Watched : test::StoreBench {
    void watch(const RedisConfig& config)
    {
        watched = store(config);
        watched->on_health([this](const StoreHealth& health) { told.push_back(health.trouble); });
    }
    bool save() { return run(io, watched->save(scope, sample_snapshot(20), 1h, soon())); }
    bool load() { return run(io, watched->load(scope, sample_identity, soon())).has_value(); }
    bool hears(std::size_t changes)
    {
        return eventually([&] { return told.size() >= changes; });
    }

    std::vector<std::string> told; ///< "" = all is well
    std::unique_ptr<SnapshotStore> watched;
};

/// The fake Redis answers like an empty one, but for one command.
FakeRedis::Answer refusing(const std::string& command, const std::string& code, const bool& now)
{
    return [=, &now](const RedisCommand& got) -> std::optional<std::string> {
        return now && got[0] == command ? std::optional("-" + code + " 1234 secret.host:6379\r\n") : std::nullopt;
    };
}

TEST(RedisHealth, LossAndReturnAreToldOnceEach)
{
    SKIP_WITHOUT_REDIS();
    Watched bench;
    RedisServer server;
    bench.watch(test::config_for(server.port()));
    for (std::size_t round = 1; round <= 3; ++round) {
        ASSERT_TRUE(bench.hears(2 * round - 1));
        ASSERT_TRUE(bench.save());

        server.kill();
        ASSERT_TRUE(bench.hears(2 * round));
        EXPECT_EQ(bench.told.back(), "the connection was lost");
        ASSERT_TRUE(
            bench.eventually([&] { return bench.watched->health().last_error == "the connection was refused"; }));
        EXPECT_FALSE(bench.load());
        EXPECT_FALSE(bench.save());
        server.restart();
    }
    ASSERT_TRUE(bench.hears(7));
    bench.watched->stop();
    bench.io.restart();
    bench.io.run();

    EXPECT_EQ(bench.told, (std::vector<std::string>{"", "the connection was lost", "", "the connection was lost", "",
                                                    "the connection was lost", ""}));
}

TEST(RedisHealth, ARefusedGreetingIsToldOnceHoweverOftenItIsTried)
{
    for (const std::string& code : {"NOAUTH", "WRONGPASS", "LOADING", "MASTERDOWN", "NOPERM"}) {
        Watched bench;
        bool refuses = true;
        const FakeRedis redis(bench.io, refusing("PING", code, refuses));
        bench.watch(test::config_for(redis.port()));

        ASSERT_TRUE(bench.eventually([&] { return redis.connections() >= 6; }));
        EXPECT_FALSE(bench.load());
        EXPECT_EQ(bench.told, std::vector<std::string>{"Redis refused: " + code});
        refuses = false;
        ASSERT_TRUE(bench.hears(2));

        EXPECT_EQ(bench.told.back(), "");
    }
}

TEST(RedisHealth, AnotherReasonIsToldToo)
{
    Watched bench;
    std::string code = "LOADING";
    const FakeRedis redis(bench.io, [&](const RedisCommand& command) -> std::optional<std::string> {
        return command[0] == "PING" && !code.empty() ? std::optional("-" + code + " no\r\n") : std::nullopt;
    });
    bench.watch(test::config_for(redis.port()));
    ASSERT_TRUE(bench.hears(1));

    code = "NOAUTH";
    ASSERT_TRUE(bench.hears(2));
    code = "";
    ASSERT_TRUE(bench.hears(3));

    EXPECT_EQ(bench.told, (std::vector<std::string>{"Redis refused: LOADING", "Redis refused: NOAUTH", ""}));
}

TEST(RedisHealth, ARefusedCommandIsToldOnceUntilItIsCarriedOut)
{
    for (const std::string& code : {"OOM", "NOPERM", "BUSY", "CLUSTERDOWN", "MISCONF", "NOAUTH", "whatever"}) {
        Watched bench;
        bool refuses = false;
        const FakeRedis redis(bench.io, refusing("SET", code, refuses));
        bench.watch(test::config_for(redis.port()));
        ASSERT_TRUE(bench.hears(1));

        refuses = true;
        for (int i = 0; i < 3; ++i) {
            EXPECT_FALSE(bench.save());
            EXPECT_FALSE(bench.load()) << "goes well, and finds nothing";
        }
        EXPECT_EQ(bench.told.size(), 2U) << code;
        EXPECT_TRUE(bench.watched->health().connected);
        refuses = false;
        EXPECT_TRUE(bench.save());

        const std::string shown = code == "whatever" ? "ERR" : code;
        EXPECT_EQ(bench.told, (std::vector<std::string>{"", "Redis refused: " + shown, ""}));
    }
}

/// It is left and found again and again, and each time it takes our greeting.
TEST(RedisHealth, AServerThatIsLeftForABetterOneIsToldOnce)
{
    for (const std::string& code : {"READONLY", "MOVED"}) {
        Watched bench;
        bool refuses = true;
        const FakeRedis redis(bench.io, refusing("SET", code, refuses));
        bench.watch(test::config_for(redis.port()));
        for (std::uint64_t round = 1; round <= 3; ++round) {
            EXPECT_FALSE(bench.save());
            ASSERT_TRUE(bench.eventually(
                [&] { return bench.watched->health().reconnects == round && bench.watched->health().connected; }));
        }
        EXPECT_EQ(bench.told, (std::vector<std::string>{"", "Redis refused: " + code})) << code;

        refuses = false;
        EXPECT_TRUE(bench.save());
        EXPECT_EQ(bench.told.back(), "") << code;
    }
}

TEST(RedisHealth, AValueThatIsNotOursIsNoTrouble)
{
    Watched bench;
    bool refuses = true;
    const FakeRedis redis(bench.io, refusing("GETRANGE", "WRONGTYPE", refuses));
    bench.watch(test::config_for(redis.port()));

    EXPECT_FALSE(bench.load());

    EXPECT_EQ(bench.told, std::vector<std::string>{""});
    EXPECT_GE(bench.watched->health().errors, 1U);
}

TEST(RedisHealth, ThatEventsAreRefusedIsToldBesideWhatWorks)
{
    Watched bench;
    bool refuses = true;
    const FakeRedis redis(bench.io, refusing("SUBSCRIBE", "NOPERM", refuses));
    bench.watch(test::config_for(redis.port()));

    ASSERT_TRUE(bench.eventually([&] { return redis.connections() >= 4; }));
    EXPECT_TRUE(bench.save());

    EXPECT_EQ(bench.told, (std::vector<std::string>{"", "no news of other replicas: Redis refused: NOPERM"}));
}

} // namespace
} // namespace polyglance
