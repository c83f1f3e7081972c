#include <gtest/gtest.h>

#include "config/config.hpp"

namespace polyglance::test {
namespace {

std::optional<Endpoint> parse(std::string_view text)
{
    std::string error;
    return parse_endpoint(text, error);
}

std::string error_of(std::string_view text)
{
    std::string error;
    EXPECT_FALSE(parse_endpoint(text, error)) << text;
    return error;
}

TEST(Endpoint, PartsAreTakenApart)
{
    const auto endpoint = parse("https://Glance.Example.test:9292/image/v2/");

    ASSERT_TRUE(endpoint);
    EXPECT_TRUE(endpoint->tls);
    EXPECT_EQ(endpoint->host, "glance.example.test");
    EXPECT_EQ(endpoint->port, 9292);
    EXPECT_EQ(endpoint->prefix, "/image/v2");
}

TEST(Endpoint, PortDefaultsToTheSchemes)
{
    EXPECT_EQ(parse("http://a")->port, 80);
    EXPECT_EQ(parse("https://a/")->port, 443);
    EXPECT_EQ(parse("https://a/")->prefix, "");
}

TEST(Endpoint, HostHeaderNamesPortOnlyWhenNeededAndBracketsIpv6)
{
    EXPECT_EQ(parse("https://a:443")->host_header(), "a");
    EXPECT_EQ(parse("http://a:443")->host_header(), "a:443");
    EXPECT_EQ(parse("http://[::1]:9292/x")->host_header(), "[::1]:9292");
    EXPECT_EQ(parse("http://[2001:DB8::1]")->host, "2001:db8::1");
}

TEST(Endpoint, UrlReadsBackAsTheSameEndpoint)
{
    for (const auto* text : {"http://a", "https://a:9292/v2", "http://[::1]:1/x%20y", "https://10.0.0.1:65535"}) {
        EXPECT_EQ(parse(text)->url(), text);
        EXPECT_EQ(parse(parse(text)->url()), parse(text));
    }
}

TEST(Endpoint, LoopbackIsKnownByAddressOrName)
{
    for (const auto* text :
         {"http://localhost", "http://127.0.0.1", "http://127.9.8.7", "http://[::1]", "http://[0:0:0:0:0:0:0:1]"}) {
        EXPECT_TRUE(parse(text)->loopback()) << text;
    }
    for (const auto* text : {"http://localhost.test", "http://127.0.0.1.test", "http://10.0.0.1", "http://[::2]"}) {
        EXPECT_FALSE(parse(text)->loopback()) << text;
    }
}

TEST(Endpoint, EveryKindOfMistakeIsNamed)
{
    EXPECT_EQ(error_of("glance.test"), "must start with http:// or https://");
    EXPECT_EQ(error_of("http"), "must start with http:// or https://");
    EXPECT_EQ(error_of("ftp://a"), "must start with http:// or https://");
    EXPECT_EQ(error_of("http://u:p@a"), "must not hold a user or password; use auth");
    EXPECT_EQ(error_of("http://a?x=1"), "must not have a query");
    EXPECT_EQ(error_of("http://a/b#c"), "must not have a fragment");
    EXPECT_EQ(error_of("http://a:0"), "must have a port between 1 and 65535");
    EXPECT_EQ(error_of("http://a:70000"), "must have a port between 1 and 65535");
    EXPECT_EQ(error_of("http://a:"), "must have a port between 1 and 65535");
    EXPECT_EQ(error_of("http://a:8o"), "must have a port between 1 and 65535");
    EXPECT_EQ(error_of("http://::1"), "must have [ and ] around an IPv6 address");
    EXPECT_EQ(error_of("http://[::1"), "holds no valid IPv6 address between [ and ]");
    EXPECT_EQ(error_of("http://[fe80::1%eth0]"), "holds no valid IPv6 address between [ and ]");
    EXPECT_EQ(error_of("http://[::1]9292"), "needs ':' and a port after ']'");
    EXPECT_EQ(error_of("http://"), "has no host");
    EXPECT_EQ(error_of("http:///path"), "has no host");
    EXPECT_EQ(error_of("http://a b"), "has no valid host name or address");
    EXPECT_EQ(error_of("http://1.2.3"), "has no valid host name or address");
    EXPECT_EQ(error_of("http://a..b"), "has no valid host name or address");
    EXPECT_EQ(error_of("http://a/../b"), "must not hold '.' or '..' in its path");
    EXPECT_EQ(error_of("http://a/b/%2e."), "must not hold '.' or '..' in its path");
    EXPECT_EQ(error_of("http://a/%zz"), "holds a '%' that is no percent-encoding");
    EXPECT_EQ(error_of("http://a/b c"), "holds a character that does not belong into a path");
    EXPECT_EQ(error_of("http://a/b\r\nX: y"), "holds a character that does not belong into a path");
}

} // namespace
} // namespace polyglance::test
