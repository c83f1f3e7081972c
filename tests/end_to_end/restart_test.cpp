#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <algorithm>

#include "tests/end_to_end/program.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/running_app.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::ChildProcess;
using test::Fleet;
using test::get_when_up;
using test::RedisServer;
using test::RunningApp;
using test::server_yaml;
using test::Workspace;

/// Patient, so that a busy machine does not turn hits into misses.
RedisConfig config_of(const RedisServer& redis)
{
    RedisConfig config;
    config.host = "127.0.0.1";
    config.port = redis.port();
    config.timeout = 2s;
    return config;
}

TEST(Restart, ServesFromRedisAtOnceWithoutAskingAnyCloud)
{
    SKIP_WITHOUT_REDIS();
    RedisServer redis;
    auto fleet = std::make_unique<Fleet>(1000);
    const auto port = test::free_port();
    const Workspace workspace(server_yaml(port) + "cache: {ttl: 10m, redis: {url: \"redis://127.0.0.1:" +
                              std::to_string(redis.port()) + "/0\", timeout: 2s}}\n" + fleet->yaml());
    const std::vector<std::string> command{POLYGLANCE_BINARY, "serve", "--config", workspace.config()};
    {
        ChildProcess first(command);
        const auto answer = get_when_up(first, port, "/v1/images?limit=1&wait_ms=20000&on_partial=fail");
        ASSERT_EQ(answer.status, 200) << answer.body;
        ASSERT_EQ(answer.json()["page"]["total"], 4000);
        // Saved after publishing: wait until Redis holds all four.
        redisContext* const context = redisConnect("127.0.0.1", redis.port());
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        std::size_t metas = 0;
        while (metas < 4 && std::chrono::steady_clock::now() < give_up) {
            auto* const reply = static_cast<redisReply*>(redisCommand(context, "KEYS *:meta"));
            metas = reply->elements;
            freeReplyObject(reply);
        }
        redisFree(context);
        ASSERT_EQ(metas, 4u);
        first.signal(SIGKILL);
    }
    const auto uids = fleet->uids();
    fleet.reset(); // every backend is gone

    const auto began = std::chrono::steady_clock::now();
    ChildProcess second(command);
    std::vector<std::string> seen;
    std::string target = "/v1/images?limit=1000&sort=uid&wait_ms=5000";
    while (!target.empty()) {
        const auto answer = get_when_up(second, port, target);
        ASSERT_EQ(answer.status, 200) << answer.body;
        const auto page = answer.json();
        EXPECT_TRUE(page["complete"].get<bool>()) << page["sources"];
        for (const auto& image : page["images"]) {
            seen.push_back(image["uid"]);
        }
        target = page["links"]["next"].is_string() ? page["links"]["next"].get<std::string>() : "";
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);

    EXPECT_EQ(seen, uids);
    const auto sources = test::get(port, "/v1/sources").json()["sources"];
    for (const auto& source : sources) {
        EXPECT_EQ(source["state"], "fresh");
        EXPECT_TRUE(source["last_error"].is_null()) << source; // a call would have failed
    }
    RecordProperty("whole_list_ms", static_cast<int>(took.count()));
    std::printf("whole list of 4000 images %lld ms after exec\n", static_cast<long long>(took.count()));
    second.signal(SIGTERM);
    EXPECT_EQ(second.wait(), 0);
}

/// Runs one Redis command, arguments binary-safe. The caller frees nothing.
std::string redis_command(redisContext* context, std::vector<std::string> words)
{
    std::vector<const char*> data;
    std::vector<std::size_t> sizes;
    for (const auto& word : words) {
        data.push_back(word.data());
        sizes.push_back(word.size());
    }
    auto* const reply =
        static_cast<redisReply*>(redisCommandArgv(context, static_cast<int>(words.size()), data.data(), sizes.data()));
    std::string out = reply != nullptr && reply->type == REDIS_REPLY_STRING ? std::string(reply->str, reply->len) : "";
    freeReplyObject(reply);
    return out;
}

std::vector<std::string> all_keys(redisContext* context)
{
    auto* const reply = static_cast<redisReply*>(redisCommand(context, "KEYS *"));
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < reply->elements; ++i) {
        keys.emplace_back(reply->element[i]->str, reply->element[i]->len);
    }
    freeReplyObject(reply);
    return keys;
}

/// A stopped program may leave the lease of a drain that it did not finish.
void forget_leases(redisContext* context)
{
    for (const auto& key : all_keys(context)) {
        if (key.ends_with(":lease")) {
            redis_command(context, {"DEL", key});
        }
    }
}

TEST(Restart, NoDamagedValueInRedisShowsThrough)
{
    SKIP_WITHOUT_REDIS();
    RedisServer redis;
    Fleet fleet(60);
    const auto config = config_of(redis);
    const auto images_of = [](const RunningApp& app) {
        const auto answer = app.get("/v1/images?limit=1000&wait_ms=20000");
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.json()["images"].size();
    };
    const auto whole_list = [&] {
        const RunningApp app(fleet.sources(), config);
        return images_of(app);
    };
    // Snapshots are stored after they are served: the program must live until all are.
    std::optional<RunningApp> first(std::in_place, fleet.sources(), config);
    ASSERT_EQ(images_of(*first), 240u);

    redisContext* const context = redisConnect("127.0.0.1", redis.port());
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    const auto stored_values = [context] {
        const auto keys = all_keys(context);
        return std::count_if(keys.begin(), keys.end(), [](const std::string& key) { return !key.ends_with(":lease"); });
    };
    while (stored_values() < 8 && std::chrono::steady_clock::now() < give_up) {
    }
    first.reset();
    std::size_t damaged = 0;
    for (const auto& key : all_keys(context)) {
        const auto good = redis_command(context, {"GET", key});
        if (good.empty()) {
            continue; // not a value of a snapshot
        }
        std::vector<std::string> bad{"", "x", good.substr(0, good.size() / 2), good + "x",
                                     std::string(good.size(), '\0')};
        for (const std::size_t at :
             {std::size_t{0}, std::size_t{4}, good.size() / 3, good.size() / 2, good.size() - 1}) {
            bad.push_back(good);
            bad.back()[at] = static_cast<char>(bad.back()[at] ^ 0x55);
        }
        for (const auto& value : bad) {
            redis_command(context, {"SET", key, value});
            forget_leases(context);
            EXPECT_EQ(whole_list(), 240u) << key;
            ++damaged;
        }
        redis_command(context, {"DEL", key});
        redis_command(context, {"RPUSH", key, "a", "list"});
        forget_leases(context);
        EXPECT_EQ(whole_list(), 240u) << key;
        ++damaged;
    }
    redisFree(context);
    EXPECT_GE(damaged, 80u);
}

TEST(Restart, ADeadRedisIsNotNoticed)
{
    SKIP_WITHOUT_REDIS();
    RedisServer redis;
    Fleet fleet(20);
    RunningApp app(fleet.sources(), config_of(redis));
    ASSERT_EQ(app.get("/v1/images?limit=1000&wait_ms=20000").json()["images"].size(), 80u);

    redis.kill();

    EXPECT_EQ(app.get("/v1/images?limit=1000").json()["images"].size(), 80u);
    EXPECT_EQ(app.get("/readyz").status, 200);
    EXPECT_EQ(test::call(app.port(), "DELETE", "/v1/images/no~no-00000").status, 204);
    EXPECT_EQ(app.get("/v1/images?limit=1000").json()["images"].size(), 79u);
}

} // namespace
} // namespace polyglance
