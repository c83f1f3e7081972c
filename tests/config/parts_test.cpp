#include <gtest/gtest.h>

#include "config/parts.hpp"

namespace polyglance::test {
namespace {

using config::parse_listen;
using config::parse_redis_url;

TEST(ListenAddress, TakesAddressesWithPort)
{
    std::string error;

    EXPECT_EQ(parse_listen("0.0.0.0:80", error), (ListenAddress{"0.0.0.0", 80}));
    EXPECT_EQ(parse_listen("[::]:0", error), (ListenAddress{"::", 0}));
    for (const auto* wrong : {"", "8080", "127.0.0.1", "[::1]", "name:80", ":80", "*:80", "::1", "1.2.3.4:65536"}) {
        error.clear();
        EXPECT_FALSE(parse_listen(wrong, error)) << wrong;
        EXPECT_FALSE(error.empty()) << wrong;
    }
}

TEST(RedisUrl, EachFormIsUnderstood)
{
    std::string error;
    RedisConfig plain;
    RedisConfig tls;
    RedisConfig socket;

    EXPECT_TRUE(parse_redis_url("redis://cache.test", plain, error)) << error;
    EXPECT_TRUE(parse_redis_url("rediss://[::1]:6380/15", tls, error)) << error;
    EXPECT_TRUE(parse_redis_url("unix:///run/redis.sock", socket, error)) << error;

    RedisConfig sentinels;
    EXPECT_TRUE(parse_redis_url("rediss+sentinel://a.test:5000,[::1]/mymaster/2", sentinels, error)) << error;
    EXPECT_EQ(sentinels.sentinels, (std::vector<RedisAddress>{{"a.test", 5000}, {"::1", 26379}}));
    EXPECT_EQ(sentinels.master_name, "mymaster");
    EXPECT_EQ(sentinels.database, 2);
    EXPECT_TRUE(sentinels.tls);
    EXPECT_EQ(plain.host, "cache.test");
    EXPECT_EQ(plain.port, 6379);
    EXPECT_EQ(plain.database, 0);
    EXPECT_FALSE(plain.tls);
    EXPECT_TRUE(tls.tls);
    EXPECT_EQ(tls.host, "::1");
    EXPECT_EQ(tls.port, 6380);
    EXPECT_EQ(tls.database, 15);
    EXPECT_EQ(socket.unix_path, "/run/redis.sock");
    EXPECT_EQ(socket.host, "");
}

TEST(RedisUrl, MistakesAreRefused)
{
    for (const auto* wrong : {"", "127.0.0.1:6379", "http://a", "redis://", "redis://u:p@a", "redis://a:0",
                              "redis://a:x", "redis://a/16", "redis://a/-1", "redis://a/x", "redis://a/1/2", "unix://a",
                              "unix:///a?db=1", "redis+sentinel://a", "redis+sentinel://a/", "redis+sentinel:///m/0",
                              "redis+sentinel://a:0/m", "redis+sentinel://a/m/99", "sentinel://a/m"}) {
        std::string error;
        RedisConfig out;
        EXPECT_FALSE(parse_redis_url(wrong, out, error)) << wrong;
        EXPECT_FALSE(error.empty()) << wrong;
    }
}

} // namespace
} // namespace polyglance::test
