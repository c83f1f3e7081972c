#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/config/workspace.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

/// The documented example with all its files around it.
std::expected<Config, std::vector<ConfigProblem>> load_everything(Workspace& space)
{
    for (const auto* name : {"redis", "os", "a", "s"}) {
        space.write(std::string(name) + ".secret", std::string(name) + "-value\n");
    }
    space.write("cursor.secret", std::string(32, 'k'), 0640);
    space.write("ca.pem", fixture("config/ca.pem"), 0644);
    space.write("clouds.yaml", fixture("config/good/clouds.yaml"), 0644);
    space.write("secure.yaml", fixture("config/good/secure.yaml"));
    return space.load(fixture("config/good/everything.yaml"));
}

TEST(LoadConfig, DocumentedExampleLoads)
{
    Workspace space;

    const auto config = load_everything(space);

    ASSERT_TRUE(config) << problems_of(config);
    ASSERT_EQ(config->warnings.size(), 1U);
    EXPECT_TRUE(config->warnings.front().contains("prod-b-two-south-2 does not verify certificates"));
    EXPECT_EQ(config->file, "polyglance.yaml");
    std::vector<std::string> ids;
    for (const auto& source : config->sources) {
        ids.push_back(source.id);
    }
    EXPECT_EQ(ids, (std::vector<std::string>{"os-a", "os-a-nova", "hw-cn-north-4", "ali-hz", "prod-a",
                                             "prod-b-two-north", "prod-b-two-south-2"}));
}

TEST(LoadConfig, SpelledOutDefaultsAreTheDefaults)
{
    Workspace space;

    const auto config = load_everything(space);

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->server, ServerConfig{});
    EXPECT_EQ(config->log, LogConfig{});
    CacheConfig cache = config->cache;
    cache.redis.reset();
    EXPECT_EQ(cache, CacheConfig{});
    QueryConfig query = config->query;
    query.cursor_key = {};
    EXPECT_EQ(query, QueryConfig{});
    SourceConfig source = config->sources[2];
    EXPECT_EQ(source.ttl, SourceConfig{}.ttl);
    EXPECT_EQ(source.full_every, SourceConfig{}.full_every);
    EXPECT_EQ(source.shrink_guard_percent, SourceConfig{}.shrink_guard_percent);
}

TEST(LoadConfig, DocumentedExampleFillsEveryPart)
{
    Workspace space;

    const auto config = load_everything(space);

    ASSERT_TRUE(config) << problems_of(config);
    const RedisConfig& redis = *config->cache.redis;
    EXPECT_TRUE(redis.tls);
    EXPECT_EQ(redis.host, "127.0.0.1");
    EXPECT_EQ(redis.database, 3);
    EXPECT_EQ(redis.password.reveal(), "redis-value");
    EXPECT_EQ(redis.ca_file, space.path("ca.pem"));
    EXPECT_EQ(config->query.cursor_key.reveal(), std::string(32, 'k'));
    const SourceConfig& glance = config->sources[0];
    EXPECT_EQ(glance.title, "Private cloud A");
    EXPECT_EQ(glance.endpoint->url(), "http://127.0.0.1:9292");
    EXPECT_EQ(glance.auth.password.reveal(), "os-value");
    EXPECT_EQ(glance.auth.project_domain_name, "Default");
    EXPECT_EQ(config->sources[1].nova_listing, NovaListing::brief);
    const SourceConfig& huawei = config->sources[2];
    EXPECT_EQ(huawei.auth.access_key.reveal(), "a-value");
    EXPECT_EQ(huawei.auth.secret_key.reveal(), "s-value");
    EXPECT_EQ(huawei.auth.domain_id, "d");
    EXPECT_EQ(huawei.title, "hw-cn-north-4");
    const SourceConfig& alibaba = config->sources[3];
    EXPECT_EQ(alibaba.auth.type, AuthType::acs);
    EXPECT_EQ(alibaba.auth.access_key.reveal(), "a-value");
}

TEST(LoadConfig, AnyDamageIsAProblemAndNeverMore)
{
    Workspace space;
    ASSERT_TRUE(load_everything(space));
    const std::string good = fixture("config/good/everything.yaml");

    EXPECT_TRUE(rc::check([&] {
        std::string text = good;
        for (int i = *rc::gen::inRange(1, 8); i > 0; --i) {
            const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
            const auto length = *rc::gen::inRange<std::size_t>(0, 12);
            text.replace(at, length,
                         *rc::gen::container<std::string>(
                             rc::gen::elementOf(std::string("{}[]:,&*!|>'\"%@`-?#~ \n\t$a0\xc3\xff"))));
        }
        const auto result = space.load(text);
        const bool told = result.has_value() ? true : !result.error().empty();
        RC_ASSERT(told);
        RC_ASSERT(!problems_of(result).contains("-value"));
    }));
}

TEST(Describe, ShowsEverythingButSecrets)
{
    Workspace space;
    const auto config = load_everything(space);
    ASSERT_TRUE(config) << problems_of(config);

    const std::string text = describe(*config);

    for (const auto* secret : {"redis-value", "os-value", "a-value", "s-value", "kkkk", "from-secure"}) {
        EXPECT_FALSE(text.contains(secret)) << text;
    }
    for (const auto* shown :
         {"\"http://127.0.0.1:9292\"", "https://keystone.a.test:5000/v3", "password: \"***\"", "ttl: 1m", "stale: 24h",
          "memory: 1GiB", "listing: brief", "shrink_guard: 50%", "rediss://127.0.0.1:6379/3", "verify: false"}) {
        EXPECT_TRUE(text.contains(shown)) << shown << " in\n" << text;
    }
}

TEST(Describe, ShowsWhatNoDefaultHas)
{
    Workspace space;
    const auto config = space.load("server: {memory_limit: 512MiB, user: polyglance}\n");
    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->server.memory_limit, 512UL << 20);
    EXPECT_EQ(config->server.user, "polyglance");

    const std::string text = describe(*config);

    EXPECT_TRUE(text.contains("memory_limit: 512MiB")) << text;
    EXPECT_TRUE(text.contains("user: \"polyglance\"")) << text;
    EXPECT_FALSE(describe(Config{}).contains("memory_limit"));
}

TEST(Describe, ReadsBackAsTheSameConfiguration)
{
    Workspace space;
    auto config = load_everything(space);
    ASSERT_TRUE(config) << problems_of(config);
    config->query.cursor_key = {}; // its mask is shorter than a key may be
    const std::string text = describe(*config);

    const auto again = space.load(text);

    ASSERT_TRUE(again) << problems_of(again) << text;
    EXPECT_EQ(describe(*again), text);
}

} // namespace
} // namespace polyglance::test
