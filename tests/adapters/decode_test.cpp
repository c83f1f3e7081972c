// What all decoders refuse, and what all of them bear.
#include <gtest/gtest.h>

#include "tests/support/codecs.hpp"

namespace polyglance {
namespace {

TEST(Decode, RefusesWhatCannotBeAnImage)
{
    const auto long_id = std::string(513, 'x');
    for (const auto provider : {Provider::nova, Provider::glance, Provider::cloudimages, Provider::batchcompute}) {
        const std::string id = provider == Provider::batchcompute ? "Id" : "id";
        for (const auto& row :
             {std::string("null"), std::string("7"), std::string("[]"), std::string("\"id\""), std::string("{}"),
              "{\"" + id + "\":null}", "{\"" + id + "\":7}", "{\"" + id + "\":\"\"}", "{\"" + id + "\":\"a\\u0001\"}",
              "{\"" + id + "\":\"" + long_id + "\"}", std::string(R"({"ID":"a"})")}) {
            EXPECT_FALSE(test::decode_as(provider, row)) << row;
        }
        EXPECT_TRUE(test::decode_as(provider, "{\"" + id + "\":\"" + long_id.substr(1) + "\"}"));
    }
}

TEST(Decode, BearsTextThatIsNotUtf8)
{
    for (const auto provider : {Provider::nova, Provider::glance, Provider::cloudimages, Provider::batchcompute}) {
        const std::string bad = "\xff\xfe\xc3";
        const std::string row = R"({"id":"a","Id":"a","name":")" + bad + R"(","Name":")" + bad + R"(","os_distro":")" +
                                bad + R"(","__os_version":")" + bad + R"(64bit","metadata":{")" + bad + R"(":")" + bad +
                                "\"}}";
        EXPECT_TRUE(test::decode_as(provider, row));
    }
}

} // namespace
} // namespace polyglance
