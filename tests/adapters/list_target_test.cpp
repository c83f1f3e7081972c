#include <gtest/gtest.h>

#include "adapters/list_target.hpp"

namespace polyglance::wire {
namespace {

TEST(ListTarget, TheLastValueCounts)
{
    const ListTarget call("/v2/images?limit=25&marker=a%2Fb&limit=1");

    EXPECT_EQ(call.path(), "/v2/images");
    EXPECT_EQ(call.text("marker"), "a/b");
    EXPECT_EQ(call.number("limit", 9, 100), 1u);
    EXPECT_FALSE(call.find("sort"));
    EXPECT_EQ(call.text("sort"), "");
}

TEST(ListTarget, NumbersHaveAFallbackAndACap)
{
    const auto limit = [](std::string value) { return ListTarget("/?limit=" + value).number("limit", 25, 1000); };

    EXPECT_EQ(limit("0"), 0u);
    EXPECT_EQ(limit("1000"), 1000u);
    EXPECT_EQ(limit("1001"), 1000u);
    EXPECT_EQ(limit("99999999999999999999"), 1000u);
    for (const auto* const odd : {"", "-1", "x", "1x", "%20"}) {
        EXPECT_EQ(limit(odd), 25u) << odd;
    }
}

TEST(ListTarget, RewritesOneParameterAndKeepsTheOthers)
{
    const ListTarget call("/v2/images?tag=a&marker=x&tag=b%20c");

    EXPECT_EQ(call.without("marker"), "/v2/images?tag=a&tag=b%20c");
    EXPECT_EQ(call.with("marker", "y&z"), "/v2/images?tag=a&tag=b%20c&marker=y%26z");
    EXPECT_EQ(ListTarget("/v2/images?marker=x").without("marker"), "/v2/images");
}

TEST(ListTarget, AQueryThatCannotBeDecodedIsEmpty)
{
    const ListTarget call("/v2/images?limit=%zz");

    EXPECT_EQ(call.path(), "/v2/images");
    EXPECT_FALSE(call.find("limit"));
}

} // namespace
} // namespace polyglance::wire
