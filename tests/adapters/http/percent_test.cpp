#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/http/percent.hpp"

namespace polyglance {
namespace {

TEST(Percent, KeepsOnlyUnreservedBytes)
{
    EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(percent_encode("镜像 7.4+x~y*/"), "%E9%95%9C%E5%83%8F%207.4%2Bx~y%2A%2F");
    EXPECT_EQ(percent_encode(std::string_view("\0\xff", 2)), "%00%FF");
}

TEST(Percent, DecodesBothCasesOfHexAndLeavesPlusAlone)
{
    EXPECT_EQ(percent_decode("a%2fb%2Fc+d"), "a/b/c+d");
}

TEST(Percent, RefusesBrokenEscapes)
{
    for (const char* text : {"%", "%4", "a%", "%zz", "%4g", "%-1"}) {
        EXPECT_EQ(percent_decode(text), std::nullopt) << text;
    }
    EXPECT_EQ(percent_decode("%41"), "A");
}

TEST(Percent, QueryKeepsOrderAndEmptyValues)
{
    EXPECT_EQ(encode_query({{"b", "2&3"}, {"a", ""}}), "b=2%263&a=");
    EXPECT_EQ(encode_query({}), "");
}

TEST(Percent, QueryReadsBareNamesAndSkipsEmptyPieces)
{
    EXPECT_EQ(decode_query("&b&a=1=2&"), (QueryPairs{{"b", ""}, {"a", "1=2"}}));
    EXPECT_EQ(decode_query("a=%"), std::nullopt);
}

RC_GTEST_PROP(Percent, DecodingUndoesEncoding, (const std::string& text))
{
    RC_ASSERT(percent_decode(percent_encode(text)) == text);
}

} // namespace
} // namespace polyglance
