#include <gtest/gtest.h>

#include "adapters/cloudimages/decode.hpp"
#include "tests/support/codecs.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance::cloudimages {
namespace {

Image decoded(std::string_view row)
{
    auto image = test::decode_as(Provider::cloudimages, row);
    EXPECT_TRUE(image) << row;
    return image.value_or(Image{});
}

TEST(CloudimagesDecode, ReadsThePublishedExample)
{
    const auto images = test::decode_page(Provider::cloudimages, test::fixture("cloudimages/seed_list.json"));

    ASSERT_EQ(images.size(), 1u);
    EXPECT_EQ(images[0].name, "ces");
    EXPECT_EQ(images[0].architecture, Architecture::aarch64);
    EXPECT_EQ(images[0].registered, true);
    EXPECT_EQ(images[0].source_server_id, "a7c6deda-99eb-4f58-b7b4-04a36b75401b");
    EXPECT_EQ(images[0].inferred, (std::vector<std::string>{"artifact", "architecture"}));
}

TEST(CloudimagesDecode, FlagsComeAsTextOrAsBooleans)
{
    for (const auto* const flag : {"true", "\"true\"", "\"True\"", "1", "\"1\""}) {
        EXPECT_EQ(decoded(R"({"id":"a","__isregistered":)" + std::string(flag) + "}").registered, true) << flag;
    }
}

TEST(CloudimagesDecode, MissingTagsAreNone)
{
    EXPECT_EQ(decoded(R"({"id":"a"})").tags, std::vector<std::string>{});
    EXPECT_EQ(decoded(R"({"id":"a","tags":["k=v"]})").tags, std::vector<std::string>{"k=v"});
    EXPECT_FALSE(decoded(R"({"id":"a","tags":"k=v"})").tags);
}

TEST(CloudimagesDecode, SourcesOtherThanServersStayAsTheyCame)
{
    const auto image = decoded(R"({"id":"a","data_source":"volume:v"})");

    EXPECT_FALSE(image.source_server_id || image.artifact);
    EXPECT_EQ(image.properties, (std::vector<Property>{{.key = "data_source", .json = "\"volume:v\""}}));
}

TEST(CloudimagesDecode, APlatformWithoutASlugOfOursStaysAsItCame)
{
    const auto image = decoded(R"x({"id":"a","__platform":"Other","__os_version":"Other(64bit)"})x");

    EXPECT_FALSE(image.os.distro);
    EXPECT_EQ(image.os.bits, 64);
    EXPECT_EQ(image.properties, (std::vector<Property>{{.key = "__platform", .json = "\"Other\""}}));
}

TEST(CloudimagesDecode, OpenstacksMembersMeanNothingHere)
{
    const auto image = decoded(R"({"id":"a","os_distro":"ubuntu","instance_uuid":"s","os_hidden":true})");

    EXPECT_FALSE(image.os.distro || image.source_server_id || image.hidden);
    EXPECT_EQ(image.properties.size(), 3u);
}

} // namespace
} // namespace polyglance::cloudimages
