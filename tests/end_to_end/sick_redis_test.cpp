#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/program.hpp"
#include "tests/support/fake_redis.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run.hpp"
#include "tests/support/running_app.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t images = 20;

RedisConfig config_of(std::uint16_t port)
{
    RedisConfig config;
    config.host = "127.0.0.1";
    config.port = port;
    return config;
}

/// Sources that are read again all the time, so that Redis is used all the time.
std::vector<SourceConfig> busy_sources(const Fleet& fleet)
{
    auto sources = fleet.sources();
    for (auto& source : sources) {
        source.ttl = 30ms;
    }
    return sources;
}

CacheConfig eager()
{
    CacheConfig cache;
    cache.min_refresh = 1ms;
    return cache;
}

bool connected(RunningApp& app)
{
    const auto metrics = get(app.app().admin_port(), "/metrics").body;
    return metrics.find(R"(polyglance_redis{is="connected"} 1)") != std::string::npos;
}

bool comes_back(RunningApp& app)
{
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (!connected(app)) {
        if (std::chrono::steady_clock::now() > give_up) {
            return false;
        }
    }
    return true;
}

/// Clients that ask for the list and for one image until told to stop, and what they got.
class Clients {
public:
    Clients(const RunningApp& app, std::size_t all_images, std::size_t count = 3)
    {
        for (std::size_t i = 0; i < count; ++i) {
            threads_.emplace_back([this, &app, all_images, i] {
                while (!stop_) {
                    ask(app, all_images, i);
                }
            });
        }
    }
    ~Clients() { stop(); }

    void stop()
    {
        stop_ = true;
        for (auto& thread : threads_) {
            thread.join();
        }
        threads_.clear();
    }
    void wait_for_more(std::size_t answers) const
    {
        const auto until = answers_ + answers;
        while (answers_ < until) {
            std::this_thread::yield();
        }
    }
    std::size_t answers() const { return answers_; }
    std::size_t failed() const { return failed_; }
    std::chrono::nanoseconds slowest() const { return std::chrono::nanoseconds(slowest_); }

private:
    void ask(const RunningApp& app, std::size_t all_images, std::size_t which)
    {
        const auto began = std::chrono::steady_clock::now();
        bool good = false;
        try {
            if (which == 0) {
                good = app.get("/v1/images/gl~gl-00000").status == 200;
            } else {
                const auto answer = app.get("/v1/images?limit=1000");
                good = answer.status == 200 && answer.json()["images"].size() == all_images;
            }
        } catch (const std::exception&) {
            // counted below
        }
        const auto took = (std::chrono::steady_clock::now() - began).count();
        auto slowest = slowest_.load();
        while (took > slowest && !slowest_.compare_exchange_weak(slowest, took)) {
        }
        failed_ += good ? 0 : 1;
        ++answers_;
    }

    std::atomic<bool> stop_{false};
    std::atomic<std::size_t> answers_{0};
    std::atomic<std::size_t> failed_{0};
    std::atomic<std::chrono::nanoseconds::rep> slowest_{0};
    std::vector<std::thread> threads_; // last: they use the others
};

/// One command without arguments that hold blanks, or several with a line end between them, and the beginning of the
/// reply.
std::string ask(std::uint16_t port, std::string_view command)
{
    asio::io_context io;
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), port});
    asio::write(socket, asio::buffer(std::string(command) + "\r\n"));
    std::array<char, 4096> reply{};
    return {reply.data(), socket.read_some(asio::buffer(reply))};
}

bool knows_a_replica(const RedisServer& sentinel)
{
    const auto reply = ask(sentinel.port(), "SENTINEL replicas images");
    return reply.starts_with("*1") && reply.find("\r\nslave\r\n") != std::string::npos;
}

TEST(SickRedis, KilledTwentyTimesFailsNoRequest)
{
    SKIP_WITHOUT_REDIS();
    RedisServer redis;
    Fleet fleet(images);
    RunningApp app(busy_sources(fleet), config_of(redis.port()), eager());
    ASSERT_EQ(app.get("/v1/images?limit=1000&wait_ms=20000").json()["images"].size(), 4 * images);
    Clients clients(app, 4 * images);

    for (int round = 0; round < 20; ++round) {
        redis.kill();
        clients.wait_for_more(30);
        redis.restart();
        clients.wait_for_more(30);
    }
    EXPECT_TRUE(comes_back(app));
    clients.stop();

    EXPECT_EQ(clients.failed(), 0u);
    EXPECT_GE(clients.answers(), 1200u);
    RecordProperty("slowest_ms", static_cast<int>(clients.slowest() / 1ms));
}

TEST(SickRedis, AFrozenOneHoldsNobodyUp)
{
    SKIP_WITHOUT_REDIS();
    RedisServer redis;
    Fleet fleet(images);
    RunningApp app(busy_sources(fleet), config_of(redis.port()), eager());
    ASSERT_EQ(app.get("/v1/images?limit=1000&wait_ms=20000").json()["images"].size(), 4 * images);
    ASSERT_TRUE(comes_back(app));

    redis.freeze();
    Clients clients(app, 4 * images);
    clients.wait_for_more(2000);
    clients.stop();
    EXPECT_EQ(call(app.port(), "DELETE", "/v1/images/no~no-00000").status, 204) << "of which Redis is told";
    redis.thaw();

    EXPECT_EQ(clients.failed(), 0u);
    EXPECT_LT(clients.slowest(), 5s); // the figure is recorded; a busy machine must not fail the test
    EXPECT_TRUE(comes_back(app));
    RecordProperty("slowest_ms", static_cast<int>(clients.slowest() / 1ms));
}

TEST(SickRedis, AFailoverFailsNoRequest)
{
    SKIP_WITHOUT_REDIS();
    RedisServer master;
    RedisServer replica({"--replicaof", "127.0.0.1", std::to_string(master.port())});
    RedisServer sentinel = RedisServer::sentinel("sentinel monitor images 127.0.0.1 " + std::to_string(master.port()) +
                                                 " 1\n"
                                                 "sentinel down-after-milliseconds images 300\n"
                                                 "sentinel failover-timeout images 2000\n");
    RedisConfig config;
    config.sentinels = {{"127.0.0.1", sentinel.port()}};
    config.master_name = "images";
    config.timeout = 500ms;
    Fleet fleet(images);
    RunningApp app(busy_sources(fleet), config, eager());
    ASSERT_EQ(app.get("/v1/images?limit=1000&wait_ms=20000").json()["images"].size(), 4 * images);
    ASSERT_TRUE(comes_back(app));
    // The Sentinel has to have heard of the replica before it can choose it.
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (!knows_a_replica(sentinel) && std::chrono::steady_clock::now() < give_up) {
    }

    Clients clients(app, 4 * images);
    master.kill();
    while (connected(app)) {
    }
    EXPECT_TRUE(comes_back(app));
    clients.wait_for_more(100);
    clients.stop();

    EXPECT_EQ(clients.failed(), 0u);
    EXPECT_GE(clients.answers(), 100u);
}

TEST(SickRedis, FlushedAgainAndAgainAsksNoCloudAgain)
{
    SKIP_WITHOUT_REDIS();
    RedisServer redis;
    Fleet fleet(images);
    auto config = config_of(redis.port());
    config.timeout = 2s; // so that a busy machine does not turn hits into misses
    RunningApp app(fleet.sources(), config);
    ASSERT_EQ(app.get("/v1/images?limit=1000&wait_ms=20000").json()["images"].size(), 4 * images);
    const auto calls = fleet.listing_calls();
    Clients clients(app, 4 * images);

    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(ask(redis.port(), "FLUSHALL"), "+OK\r\n");
        clients.wait_for_more(10);
    }
    clients.stop();

    EXPECT_EQ(clients.failed(), 0u);
    EXPECT_EQ(fleet.listing_calls(), calls);
}

/// A scripted Redis with a thread of its own.
class RedisThread {
public:
    explicit RedisThread(FakeRedis::Answer answer, std::chrono::milliseconds delay = 0ms)
        : redis_(io_, std::move(answer), delay), thread_([this] { io_.run(); })
    {
    }
    ~RedisThread()
    {
        io_.stop();
        thread_.join();
    }
    std::uint16_t port() const { return redis_.port(); }

private:
    asio::io_context io_;
    FakeRedis redis_;
    std::thread thread_;
};

bool greets(const RedisCommand& command)
{
    return command[0] == "PING" || command[0] == "CLIENT" || command[0] == "SUBSCRIBE";
}

struct BadReply {
    const char* name;
    std::string bytes; ///< to every command but the greeting; "" = nothing at all
};

TEST(SickRedis, WhateverItAnswersTheListIsWhole)
{
    std::vector<BadReply> replies{
        {"nothing", ""},
        {"rubbish", "HTTP/1.1 400 Bad Request\r\n\r\n"},
        {"nil", "$-1\r\n"},
        {"a number", ":7\r\n"},
        {"a huge number", ":99999999999999999999\r\n"},
        {"a list", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"},
        {"a list of a milliard", "*1000000000\r\n"},
        {"a text of 512 MiB", "$536870912\r\n" + std::string(1UL << 20, 'x')},
        {"a negative size", "$-2\r\n"},
        {"two replies to one command", "+OK\r\n+OK\r\n"},
        {"text that is no snapshot", "$7\r\nhostile\r\n"},
        {"lists in lists", std::string(100'000, '*')},
    };
    for (const char* code : {"LOADING", "READONLY", "MOVED", "ASK", "CLUSTERDOWN", "NOAUTH", "OOM", "BUSY", "NOPERM",
                             "MASTERDOWN", "WRONGTYPE", "NOSCRIPT"}) {
        replies.push_back({code, "-" + std::string(code) + " 1234 hostile:6379\r\n"});
    }
    for (const auto& bad : replies) {
        for (const bool greeting_too : {false, true}) {
            Fleet fleet(images);
            const RedisThread redis([&](const RedisCommand& command) -> std::optional<std::string> {
                return !greeting_too && greets(command) ? std::nullopt : std::optional(bad.bytes);
            });
            RunningApp app(fleet.sources(), config_of(redis.port()));

            const auto answer = app.get("/v1/images?limit=1000&wait_ms=20000");

            EXPECT_EQ(answer.status, 200) << bad.name << answer.body;
            EXPECT_EQ(answer.json()["images"].size(), 4 * images) << bad.name;
            EXPECT_TRUE(answer.json()["complete"].get<bool>()) << bad.name;
            EXPECT_EQ(app.get("/readyz?verbose").body.find("hostile"), std::string::npos) << bad.name;
        }
    }
}

std::size_t count(std::string_view text, std::string_view word)
{
    std::size_t found = 0;
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        ++found;
    }
    return found;
}

/// From a reply to INFO stats.
std::size_t connections_seen(const std::string& info)
{
    constexpr std::string_view name = "total_connections_received:";
    const auto at = info.find(name);
    return at == std::string::npos ? 0 : std::stoul(info.substr(at + name.size()));
}

/// The log of the real program: a line for each change, none for each command or try.
TEST(SickRedis, EveryChangeIsOneLineInTheLog)
{
    SKIP_WITHOUT_REDIS();
    const std::string password = "canary-71c0-pass";
    RedisServer redis({"--requirepass", password});
    const std::string enter = "AUTH " + password + "\r\n";
    Fleet fleet(images);
    const ServedProgram served("drain_delay: 0s", "cache: {ttl: 100ms, min_refresh: 10ms, stale: 1h, redis: {url: "
                                                  "\"redis://127.0.0.1:" +
                                                      std::to_string(redis.port()) + "/0\", timeout: 2s}}\n" +
                                                      fleet.yaml());

    ASSERT_TRUE(served.process.wait_for_output("Redis refused: NOAUTH"));
    EXPECT_EQ(served.get("/v1/images?limit=1000&wait_ms=20000").json()["images"].size(), 4 * images);
    EXPECT_NE(served.get("/readyz?verbose").body.find("[-]redis not connected: Redis refused: NOAUTH\n"),
              std::string::npos);
    for (std::size_t asked = 1; connections_seen(ask(redis.port(), enter + "INFO stats")) < asked + 10; ++asked) {
        ASSERT_LT(asked, 1'000'000U) << "it should have tried again and again";
    }
    ask(redis.port(), enter + "CONFIG SET requirepass \"\"");
    ASSERT_TRUE(served.process.wait_for_output("\"in use\""));
    EXPECT_NE(served.get("/readyz?verbose").body.find("[+]redis ok\n"), std::string::npos);
    redis.kill();
    ASSERT_TRUE(served.process.wait_for_output("the connection was lost"));
    EXPECT_NE(served.get("/readyz?verbose").body.find("[-]redis not connected: the connection was "),
              std::string::npos);
    EXPECT_EQ(served.get("/readyz").status, 200) << "it serves without";

    const auto log = served.process.output();
    EXPECT_EQ(count(log, "\"event\":\"redis\""), 3U) << log;
    EXPECT_EQ(count(log, password), 0U);
    EXPECT_EQ(count(log, std::to_string(redis.port())), 0U) << "no address";
}

TEST(SickRedis, OneThatIsNotThereIsNotNoticed)
{
    Fleet fleet(images);
    RunningApp app(fleet.sources(), config_of(free_port()));

    const auto answer = app.get("/v1/images?limit=1000&wait_ms=20000");

    EXPECT_EQ(answer.json()["images"].size(), 4 * images) << answer.body;
    EXPECT_TRUE(answer.json()["complete"].get<bool>());
    EXPECT_EQ(app.get("/readyz").status, 200);
    EXPECT_NE(app.get("/readyz?verbose").body.find("redis not connected"), std::string::npos);
}

TEST(SickRedis, ASlowOneIsDoneWithout)
{
    Fleet fleet(images);
    const RedisThread redis([](const RedisCommand&) { return std::nullopt; }, 200ms);
    RunningApp app(busy_sources(fleet), config_of(redis.port()), eager());

    const auto answer = app.get("/v1/images?limit=1000&wait_ms=20000");

    EXPECT_EQ(answer.json()["images"].size(), 4 * images) << answer.body;
    EXPECT_FALSE(connected(app)) << "what does not answer PING within the time of a command is not used";
}

} // namespace
} // namespace polyglance::test
