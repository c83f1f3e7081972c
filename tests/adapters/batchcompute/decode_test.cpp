#include <gtest/gtest.h>

#include "adapters/batchcompute/decode.hpp"
#include "tests/support/codecs.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance::batchcompute {
namespace {

Image decoded(std::string_view row)
{
    auto image = test::decode_as(Provider::batchcompute, row);
    EXPECT_TRUE(image) << row;
    return image.value_or(Image{});
}

TEST(BatchComputeDecode, ReadsThePublishedExample)
{
    const auto images = test::decode_page(Provider::batchcompute, test::fixture("batchcompute/seed_list.json"));

    ASSERT_EQ(images.size(), 3u);
    EXPECT_EQ(images[0].native_id, "img-centos");
    EXPECT_EQ(images[1].os.version, "14.04");
    EXPECT_EQ(images[2].os.version, "Server 2008 R2");
    EXPECT_EQ(images[2].inferred, (std::vector<std::string>{"os.distro", "os.version", "os.bits", "architecture"}));
}

TEST(BatchComputeDecode, TheEcsIdIsReadInEverySpelling)
{
    for (const auto* const name : {"EcsImageId", "ECSImageId", "ecsimageid"}) {
        const auto image = decoded(R"({"Id":"a",")" + std::string(name) + R"(":"m-1"})");

        ASSERT_EQ(image.alt_ids.size(), 1u) << name;
        EXPECT_EQ(image.alt_ids[0], (std::pair<std::string, std::string>{"ecs_image_id", "m-1"}));
        EXPECT_TRUE(image.properties.empty());
    }
}

TEST(BatchComputeDecode, OwnersAreNumbersOrText)
{
    const auto owner = [](const std::string& json) { return decoded(R"({"Id":"a","OwnerId":)" + json + "}").owner; };

    EXPECT_EQ(owner("\"123456\""), "123456");
    EXPECT_EQ(owner("18446744073709551616"), "18446744073709551616");
    EXPECT_FALSE(owner("0"));
    EXPECT_FALSE(owner("\"0\""));
    EXPECT_FALSE(owner("1e5"));
}

TEST(BatchComputeDecode, AnUnknownTypeSaysNothingOfOrigin)
{
    const auto image = decoded(R"({"Id":"a","Type":"Shared"})");

    EXPECT_FALSE(image.origin || image.visibility);
    EXPECT_EQ(image.properties, (std::vector<Property>{{.key = "Type", .json = "\"Shared\""}}));
}

TEST(BatchComputeDecode, AMissingPlatformIsInferredFromTheName)
{
    const auto image = decoded(R"({"Id":"a","Name":"ubuntu-16.04"})");

    EXPECT_EQ(image.os.family, OsFamily::linux);
    EXPECT_FALSE(image.os.bits || image.architecture);
    EXPECT_EQ(image.inferred, (std::vector<std::string>{"os.distro", "os.version", "os.family"}));
}

TEST(BatchComputeDecode, EpochDigitsAreTimes)
{
    EXPECT_EQ(decoded(R"({"Id":"a","CreationTime":"1477896933"})").created_at, parse_timestamp("2016-10-31T06:55:33Z"));
    EXPECT_FALSE(decoded(R"({"Id":"a","CreationTime":""})").created_at);
}

} // namespace
} // namespace polyglance::batchcompute
