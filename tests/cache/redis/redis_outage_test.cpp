#include <boost/asio/co_spawn.hpp>

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

struct Outage : test::StoreBench {
    std::optional<StoredSnapshot> load(SnapshotStore& store)
    {
        return run(io, store.load(scope, sample_identity, soon()));
    }
    bool save(SnapshotStore& store) { return run(io, store.save(scope, sample_snapshot(20), 1h, soon())); }

    /// How long one load takes.
    std::chrono::nanoseconds time_to_load(SnapshotStore& store)
    {
        const auto start = clock.steady_now();
        load(store);
        return clock.steady_now() - start;
    }
};

TEST(RedisOutage, NeverThereAtTheStartIsJustAMiss)
{
    Outage bench;
    const auto store = bench.store(test::config_for(test::free_port()));

    EXPECT_FALSE(bench.load(*store));
    EXPECT_FALSE(bench.save(*store));
    EXPECT_TRUE(run(bench.io, store->tombstones(scope, bench.soon())).empty());
    EXPECT_FALSE(run(bench.io, store->add_tombstone(scope, {"id", bench.clock.now() + 1h}, bench.soon())));
    EXPECT_TRUE(run(bench.io, store->acquire_lease(scope, 1min, bench.soon())));
    run(bench.io, store->release_lease(scope, bench.soon()));
    EXPECT_TRUE(store->health().configured);
    EXPECT_FALSE(store->health().connected);
    EXPECT_EQ(store->health().last_error, "the connection was refused");
}

TEST(RedisOutage, IsUsedOnceItIsThere)
{
    SKIP_WITHOUT_REDIS();
    Outage bench;
    RedisServer server;
    server.kill();
    const auto store = bench.store(test::config_for(server.port()));
    std::vector<StoreEvent> events;
    store->on_event([&](const StoreEvent& event) { events.push_back(event); });
    EXPECT_FALSE(bench.load(*store));

    server.restart();

    ASSERT_TRUE(bench.eventually([&] { return store->health().connected; }));
    EXPECT_TRUE(bench.save(*store));
    EXPECT_TRUE(bench.load(*store));
    ASSERT_TRUE(bench.eventually([&] { return !events.empty(); })) << "anything may be old";
    EXPECT_EQ(events[0].scope, "");
}

TEST(RedisOutage, KilledAndRestartedIsFoundAgain)
{
    SKIP_WITHOUT_REDIS();
    Outage bench;
    RedisServer server;
    const auto store = bench.store(test::config_for(server.port()));
    std::vector<StoreEvent> events;
    store->on_event([&](const StoreEvent& event) { events.push_back(event); });
    for (int round = 1; round <= 3; ++round) {
        ASSERT_TRUE(bench.eventually([&] { return store->health().connected; }));
        ASSERT_TRUE(bench.save(*store));
        ASSERT_TRUE(bench.load(*store));

        server.kill();
        EXPECT_FALSE(bench.load(*store));
        EXPECT_FALSE(bench.save(*store));
        EXPECT_TRUE(run(bench.io, store->acquire_lease(scope, 1min, bench.soon())));
        const std::size_t before = events.size();
        server.restart();
        ASSERT_TRUE(bench.eventually([&] { return events.size() > before; })) << "anything may be old";
    }
    ASSERT_TRUE(bench.eventually([&] { return store->health().connected; }));
    EXPECT_FALSE(bench.load(*store)) << "a new Redis is empty";
    EXPECT_EQ(store->health().reconnects, 3u);
    EXPECT_EQ(events[0].scope, "");
}

TEST(RedisOutage, AHangingRedisCostsOneTimeoutAndThenNothing)
{
    SKIP_WITHOUT_REDIS();
    Outage bench;
    RedisServer server;
    const auto store = bench.store(test::config_for(server.port(), 300ms));
    ASSERT_TRUE(bench.save(*store));
    ASSERT_TRUE(bench.load(*store));

    server.freeze();
    const auto first = bench.time_to_load(*store);
    const auto second = bench.time_to_load(*store);
    server.thaw();

    EXPECT_GE(first, 290ms);
    EXPECT_LT(first, 2s);
    EXPECT_LT(second, 200ms) << "there is no connection to wait for";
    ASSERT_TRUE(bench.eventually([&] { return store->health().connected; }));
    EXPECT_TRUE(bench.load(*store));
}

TEST(RedisOutage, ManyCallsAtOnceCostNoMoreThanOneTimeout)
{
    SKIP_WITHOUT_REDIS();
    Outage bench;
    RedisServer server;
    const auto store = bench.store(test::config_for(server.port(), 300ms));
    ASSERT_TRUE(bench.save(*store));
    server.freeze();
    const auto start = bench.clock.steady_now();
    int ended = 0;

    for (int i = 0; i < 50; ++i) {
        asio::co_spawn(bench.io, store->load(scope, sample_identity, bench.soon()),
                       [&](std::exception_ptr thrown, const std::optional<StoredSnapshot>& got) {
                           EXPECT_FALSE(thrown || got);
                           ++ended;
                       });
    }
    EXPECT_TRUE(bench.eventually([&] { return ended == 50; }));

    EXPECT_LT(bench.clock.steady_now() - start, 2s);
}

TEST(RedisOutage, RefusalsAreMisses)
{
    for (const std::string& code : {"LOADING", "READONLY", "MOVED", "ASK", "CLUSTERDOWN", "NOAUTH", "OOM", "BUSY",
                                    "NOPERM", "WRONGTYPE", "MASTERDOWN", "NOSCRIPT", "ERR", "whatever"}) {
        Outage bench;
        const FakeRedis redis(bench.io, [&](const RedisCommand& command) -> std::optional<std::string> {
            const bool greeting = command[0] == "PING" || command[0] == "CLIENT" || command[0] == "SUBSCRIBE";
            return greeting ? std::nullopt : std::optional("-" + code + " 1234 secret.host:6379\r\n");
        });
        const auto store = bench.store(test::config_for(redis.port()));

        EXPECT_FALSE(bench.load(*store)) << code;
        const StoreHealth health = store->health();
        EXPECT_GE(health.errors, 1u) << code;
        EXPECT_EQ(health.last_error.find("secret.host"), std::string::npos) << code;
        EXPECT_FALSE(bench.save(*store)) << code;
        EXPECT_TRUE(run(bench.io, store->acquire_lease(scope, 1min, bench.soon()))) << code;
        EXPECT_TRUE(run(bench.io, store->tombstones(scope, bench.soon())).empty()) << code;
    }
}

TEST(RedisOutage, ARedisThatRefusesTheGreetingIsNotConnected)
{
    for (const std::string& code : {"LOADING", "NOAUTH", "MASTERDOWN", "NOPERM"}) {
        Outage bench;
        const FakeRedis redis(bench.io, [&](const RedisCommand&) { return std::optional("-" + code + " no\r\n"); });
        const auto store = bench.store(test::config_for(redis.port()));

        EXPECT_FALSE(bench.load(*store)) << code;
        EXPECT_FALSE(store->health().connected) << code;
        EXPECT_EQ(store->health().last_error, "Redis refused: " + code);
    }
}

TEST(RedisOutage, AReadOnlyServerIsLeftForABetterOne)
{
    Outage bench;
    bool failed_over = false;
    const FakeRedis redis(bench.io, [&](const RedisCommand& command) -> std::optional<std::string> {
        return command[0] == "SET" && !failed_over ? std::optional("-READONLY You can't write\r\n") : std::nullopt;
    });
    const auto store = bench.store(test::config_for(redis.port()));
    EXPECT_FALSE(bench.load(*store));
    EXPECT_FALSE(bench.save(*store));

    failed_over = true;

    ASSERT_TRUE(bench.eventually([&] { return store->health().reconnects == 1; }));
    EXPECT_TRUE(bench.save(*store));
}

TEST(RedisOutage, NonsenseAndSurplusRepliesCloseTheConnection)
{
    for (const std::string& bytes : {std::string("HTTP/1.1 200 OK\r\n\r\n"), std::string("*999999999\r\n"),
                                     std::string("+OK\r\n+OK\r\n+OK\r\n+OK\r\n"), std::string("\0\xff\r\n", 4)}) {
        Outage bench;
        const FakeRedis redis(bench.io, [&](const RedisCommand& command) -> std::optional<std::string> {
            return command[0] == "GETRANGE" ? std::optional(bytes) : std::nullopt;
        });
        const auto store = bench.store(test::config_for(redis.port()));

        EXPECT_FALSE(bench.load(*store)) << bytes;

        EXPECT_TRUE(bench.eventually([&] { return store->health().reconnects >= 1; })) << bytes;
    }
}

/// A reply that comes after its command has timed out must not answer the next command.
TEST(RedisOutage, ALateReplyAnswersNobodyElse)
{
    Outage bench;
    std::string held_back;
    const FakeRedis redis(bench.io, [&](const RedisCommand& command) -> std::optional<std::string> {
        if (command[0] == "ECHO" && command[1] == "first") {
            return "";
        }
        return command[0] == "ECHO" ? std::optional("+first\r\n+second\r\n") : std::nullopt;
    });
    const RedisConfig config = test::config_for(redis.port(), 100ms);
    RedisConnection connection(config, bench.io.get_executor(), bench.clock, {"test", {}, {}, {}});
    run(bench.io, connection.first_attempt(bench.soon()));

    const auto echo = [&](const char* text) {
        return run(bench.io, connection.run({{"ECHO", text}}, RedisEffort::quick, bench.soon()));
    };
    EXPECT_FALSE(echo("first"));
    EXPECT_FALSE(echo("second")) << "the connection is closed";

    EXPECT_TRUE(bench.eventually([&] { return connection.status().reconnects == 1; }));
}

/// A caller in a hurry gives up while its turn has not come; the connection and the commands before it go on.
TEST(RedisOutage, AHurriedCallerDoesNotBreakTheConnectionForOthers)
{
    SKIP_WITHOUT_REDIS();
    Outage bench;
    RedisServer server;
    RedisConnection connection(test::config_for(server.port()), bench.io.get_executor(), bench.clock,
                               {"t", {}, {}, {}});
    run(bench.io, connection.first_attempt(bench.soon()));
    server.freeze();
    std::optional<RedisReplies> patient;
    bool over = false;
    asio::co_spawn(bench.io, connection.run({{"ECHO", "patient"}}, RedisEffort::quick, bench.soon()),
                   [&](std::exception_ptr, std::optional<RedisReplies> replies) {
                       patient = std::move(replies);
                       over = true;
                   });

    EXPECT_FALSE(
        run(bench.io, connection.run({{"ECHO", "hurried"}}, RedisEffort::quick, bench.clock.steady_now() + 20ms)));
    server.thaw();

    ASSERT_TRUE(bench.eventually([&] { return over; }));
    ASSERT_TRUE(patient);
    EXPECT_EQ((*patient)[0].text, "patient");
    const auto next = run(bench.io, connection.run({{"ECHO", "next"}}, RedisEffort::quick, bench.soon()));
    ASSERT_TRUE(next);
    EXPECT_EQ((*next)[0].text, "next") << "not the reply to the hurried one";
    EXPECT_EQ(connection.status().reconnects, 0u);
}

TEST(RedisOutage, DoesNotHammerARedisThatRefuses)
{
    Outage bench;
    const FakeRedis redis(bench.io, [](const RedisCommand&) { return std::optional<std::string>("-NOAUTH no\r\n"); });
    const auto store = bench.store(test::config_for(redis.port()));

    bench.io.restart();
    bench.io.run_for(500ms);

    EXPECT_GE(redis.connections(), 2u);
    EXPECT_LE(redis.connections(), 10u) << "two connections, each at most after 50, 150, 350 ms";
}

} // namespace
} // namespace polyglance
