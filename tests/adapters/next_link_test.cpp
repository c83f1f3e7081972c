#include <gtest/gtest.h>

#include "adapters/next_link.hpp"

namespace polyglance {
namespace {

TEST(NextLink, TakesTheMarkerOutOfAnyKindOfLink)
{
    for (const std::string_view href : {
             "/v2/images?limit=2&marker=a1",
             "/v2/images?marker=a1&limit=2",
             "http://127.0.0.1:15002/v2.1/images/detail?limit=1&offset=2&marker=a1",
             "//evil.example/v2/images?marker=a1",
             "http://user:word@evil.example:1/?x=1&marker=a1#marker=b2",
             "file:///etc/passwd?marker=a1",
             "?marker=%61%31",
             "javascript:alert(1)?marker=a1",
             "/v2/images?marker=a1&marker=b2",
         }) {
        EXPECT_EQ(marker_in(href), "a1") << href;
    }
}

TEST(NextLink, DecodesTheMarker)
{
    EXPECT_EQ(marker_in("/i?marker=a%2Fb%26c%3D%E4%B8%AD"), "a/b&c=中");
}

TEST(NextLink, HasNoMarkerWhereThereIsNone)
{
    for (const std::string_view href :
         {"", "/v2/images", "/v2/images?", "/v2/images?limit=2", "/v2/images?marker=", "/v2/images?marker",
          "/v2/images?xmarker=a", "/v2/images#?marker=a1", "/v2/images?marker=%zz", "/v2/images/marker=a1"}) {
        EXPECT_EQ(marker_in(href), std::nullopt) << href;
    }
}

TEST(NextLink, BoundsTheMarker)
{
    EXPECT_TRUE(marker_in("?marker=" + std::string(1024, 'x')));
    EXPECT_FALSE(marker_in("?marker=" + std::string(1025, 'x')));
}

} // namespace
} // namespace polyglance
