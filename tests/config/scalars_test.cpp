#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "config/near_miss.hpp"
#include "config/scalars.hpp"

namespace polyglance::test {
namespace {

using namespace config;
using namespace std::chrono_literals;

TEST(Duration, EveryUnitIsUnderstood)
{
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("5s"), 5s);
    EXPECT_EQ(parse_duration("10m"), 10min);
    EXPECT_EQ(parse_duration("24h"), 24h);
    EXPECT_EQ(parse_duration("0"), 0ms);
    for (const auto* wrong :
         {"", "5", "-5s", "+5s", "5 s", "1.5s", "5S", "s", "1d", "99999999999999999999s", "1000000000000000000h"}) {
        EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
    }
}

TEST(Duration, FormattingReadsBack)
{
    EXPECT_TRUE(rc::check([] {
        const auto value = *rc::gen::inRange<std::int64_t>(0, 1LL << 45);
        RC_ASSERT(parse_duration(format_duration(std::chrono::milliseconds(value))) ==
                  std::chrono::milliseconds(value));
    }));
    EXPECT_EQ(format_duration(90s), "90s");
    EXPECT_EQ(format_duration(120s), "2m");
    EXPECT_EQ(format_duration(1500ms), "1500ms");
}

TEST(Size, EveryUnitIsUnderstood)
{
    EXPECT_EQ(parse_size("4096"), 4096U);
    EXPECT_EQ(parse_size("64KiB"), 65536U);
    EXPECT_EQ(parse_size("16MiB"), 16U << 20);
    EXPECT_EQ(parse_size("1GiB"), 1U << 30);
    EXPECT_EQ(parse_size("2TiB"), 2ULL << 40);
    for (const auto* wrong : {"", "-1", "1KB", "1 KiB", "1.5GiB", "KiB", "99999999999TiB"}) {
        EXPECT_EQ(parse_size(wrong), std::nullopt) << wrong;
    }
}

TEST(Size, FormattingReadsBack)
{
    EXPECT_TRUE(rc::check([] {
        const auto value = *rc::gen::inRange<std::uint64_t>(0, 1ULL << 50);
        RC_ASSERT(parse_size(format_size(value)) == value);
    }));
}

TEST(Percent, NeedsItsSignExceptForZero)
{
    EXPECT_EQ(parse_percent("50%"), 50U);
    EXPECT_EQ(parse_percent("100%"), 100U);
    EXPECT_EQ(parse_percent("0"), 0U);
    for (const auto* wrong : {"", "50", "101%", "-1%", "0.5", "%"}) {
        EXPECT_EQ(parse_percent(wrong), std::nullopt) << wrong;
    }
}

TEST(Flag, TakesYamlWords)
{
    EXPECT_EQ(parse_flag("true"), true);
    EXPECT_EQ(parse_flag("No"), false);
    EXPECT_EQ(parse_flag("1"), std::nullopt);
}

TEST(NearMiss, CountsSwappedNeighboursAsOneMistake)
{
    EXPECT_EQ(edit_distance("ttl", "tlt"), 1U);
    EXPECT_EQ(edit_distance("listen", "listem"), 1U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(NearMiss, OffersOnlyWhatIsClose)
{
    const std::vector<std::string> known{"ttl", "tls", "request_timeout", "region"};

    EXPECT_EQ(near_miss("tll", known), "ttl");
    EXPECT_EQ(near_miss("Request-Timeout", known), "request_timeout");
    EXPECT_EQ(near_miss("request_timout", known), "request_timeout");
    EXPECT_EQ(near_miss("password", known), "");
    EXPECT_EQ(near_miss("", known), "");
    EXPECT_EQ(near_miss(std::string(100'000, 'x'), known), "");
}

} // namespace
} // namespace polyglance::test
