#include <gtest/gtest.h>

#include <algorithm>

#include "proxy/api/settings.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

Config two_sources()
{
    Config out;
    out.sources.resize(2);
    out.sources[0].id = "a";
    out.sources[0].region = "one";
    out.sources[1].id = "b";
    out.sources[1].region = "two";
    return out;
}

const Cursor cursor{{{}, "a~1"}, "g-1", "question"};

bool accepts(const Config& reader, const Config& writer)
{
    const auto token = make_api_settings(writer)->cursors.encode(cursor);
    return make_api_settings(reader)->cursors.decode(token, "question").has_value();
}

TEST(ApiSettings, TakeLimitsFromTheConfiguration)
{
    Config config;
    config.query.default_limit = 7;
    config.query.max_limit = 9;
    config.query.wait = 1s;
    config.query.max_wait = 3s;

    const auto settings = make_api_settings(config);

    EXPECT_EQ(settings->default_limit, 7u);
    EXPECT_EQ(settings->max_limit, 9u);
    EXPECT_EQ(settings->wait, 1s);
    EXPECT_EQ(settings->max_wait, 3s);
}

TEST(ApiSettings, ReplicasWithTheSameSourcesReadEachOthersTokens)
{
    auto turned = two_sources();
    std::reverse(turned.sources.begin(), turned.sources.end());
    auto other = two_sources();
    other.sources[0].region = "elsewhere";

    EXPECT_TRUE(accepts(two_sources(), turned));
    EXPECT_FALSE(accepts(two_sources(), other));
}

TEST(ApiSettings, AConfiguredKeyDecidesAlone)
{
    auto a = two_sources();
    auto b = two_sources();
    a.query.cursor_key = Secret("short");
    b.query.cursor_key = Secret("short");
    b.sources[0].region = "elsewhere";

    EXPECT_TRUE(accepts(a, b));
    EXPECT_FALSE(accepts(a, two_sources()));
}

TEST(ApiSettings, AreSwappedWhole)
{
    Config config;
    LiveSettings live(make_api_settings(config));
    const auto before = live.get();
    config.query.default_limit = 5;

    live.set(make_api_settings(config));

    EXPECT_EQ(before->default_limit, 100u);
    EXPECT_EQ(live.get()->default_limit, 5u);
}

} // namespace
} // namespace polyglance
