#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/nova/decode.hpp"
#include "tests/support/codecs.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/recording.hpp"

namespace polyglance::nova {
namespace {

Image decoded(std::string_view row)
{
    auto image = test::decode_as(Provider::nova, row);
    EXPECT_TRUE(image) << row;
    return image.value_or(Image{});
}

Image only(const std::vector<Image>& images)
{
    EXPECT_EQ(images.size(), 1u);
    return images.empty() ? Image{} : images.front();
}

TEST(NovaDecode, ReadsThePublishedBriefList)
{
    const auto image = only(test::decode_page(Provider::nova, test::fixture("nova/seed_brief_list.json")));

    EXPECT_EQ(image.native_id, "70a599e0-31e7-49b7-b260-868f441e862b");
    EXPECT_EQ(image.name, "fakeimage7");
    EXPECT_EQ(image.links.size(), 3u);
    EXPECT_FALSE(image.status);
}

TEST(NovaDecode, ReadsThePublishedDetailListWithItsObjectInPlaceOfAList)
{
    const auto image = only(test::decode_page(Provider::nova, test::fixture("nova/seed_detail_list.json")));

    EXPECT_EQ(image.name, "image1");
    EXPECT_EQ(image.artifact, Artifact::snapshot);
    EXPECT_EQ(image.source_server_id, "b600b5b1-ed8c-4814-aefa-8b903c894c20");
    EXPECT_EQ(image.inferred, std::vector<std::string>{"origin"});
    EXPECT_FALSE(image.os.family);
}

TEST(NovaDecode, ReadsEveryRowOfARealNova)
{
    std::size_t rows = 0;
    for (const auto* const prefix : {"nova-", "status-nova-", "saving-nova-"}) {
        for (const auto& answer : test::recordings(prefix)) {
            if (answer.response.status != 200) {
                continue;
            }
            const auto body = nlohmann::json::parse(answer.response.body);
            const auto sent = body.contains("image") ? 1 : body.value("images", nlohmann::json::array()).size();
            if (sent == 0) {
                continue;
            }
            EXPECT_EQ(test::decode_page(Provider::nova, answer.response.body).size(), sent) << answer.name;
            rows += sent;
        }
    }
    EXPECT_GE(rows, 30u);
}

TEST(NovaDecode, ARealSnapshotNamesItsServerAndOwner)
{
    const auto image = only(test::decode_page(Provider::nova, test::recorded("nova-show-snapshot").response.body));

    EXPECT_EQ(image.artifact, Artifact::snapshot);
    EXPECT_EQ(image.origin, Origin::self);
    EXPECT_EQ(image.owner, "058c2dfef53347f58a199f504e7695c1");
    EXPECT_EQ(image.source_server_id, "82bef39f-64ab-5b73-9c82-30b60b987cd3");
    EXPECT_EQ(image.properties.front().key, "metadata.base_image_ref");
}

TEST(NovaDecode, MetadataWithoutAFieldOfItsOwnKeepsItsOrderAndType)
{
    const auto image =
        decoded(R"({"id":"a","x":1,"metadata":{"hw_firmware_type":"uefi","description":"d","n":{"k":[1]},)"
                R"("os_distro":"Ubuntu"},"progress":100})");

    EXPECT_EQ(image.properties, (std::vector<Property>{{.key = "x", .json = "1"},
                                                       {.key = "metadata.hw_firmware_type", .json = "\"uefi\""},
                                                       {.key = "metadata.description", .json = "\"d\""},
                                                       {.key = "metadata.n", .json = "{\"k\":[1]}"},
                                                       {.key = "progress", .json = "100"}}));
    EXPECT_FALSE(image.description);
    EXPECT_FALSE(image.firmware);
    EXPECT_EQ(image.os.distro, "ubuntu");
    EXPECT_EQ(image.os.family, OsFamily::linux);
    EXPECT_EQ(image.inferred, std::vector<std::string>{"os.family"});
}

TEST(NovaDecode, TheServerMemberWinsOverMetadata)
{
    const auto image = decoded(R"({"id":"a","server":{"id":"s1"},"metadata":{"instance_uuid":"s2"}})");

    EXPECT_EQ(image.source_server_id, "s1");
    EXPECT_EQ(image.properties, (std::vector<Property>{{.key = "metadata.instance_uuid", .json = "\"s2\""}}));
}

TEST(NovaDecode, WhatIsOddStaysAsItCame)
{
    const auto image = decoded(R"({"id":"a","name":7,"minDisk":-1,"OS-EXT-IMG-SIZE:size":9223372036854775808,)"
                               R"("created":"yesterday","server":"s","links":[{"rel":"self"}],"metadata":[1]})");

    EXPECT_FALSE(image.name || image.min_disk_gib || image.size_bytes || image.created_at || image.source_server_id);
    EXPECT_TRUE(image.links.empty());
    EXPECT_EQ(image.properties.size(), 7u);
    EXPECT_EQ(image.properties[2], (Property{.key = "OS-EXT-IMG-SIZE:size", .json = "9223372036854775808"}));
}

TEST(NovaDecode, UnknownImageTypesAndArchitecturesAreNotGuessed)
{
    const auto image =
        decoded(R"({"id":"a","metadata":{"image_type":"image","architecture":"sparc","os_type":"None"}})");

    EXPECT_FALSE(image.artifact || image.architecture || image.os.family);
    EXPECT_EQ(image.properties, (std::vector<Property>{{.key = "metadata.image_type", .json = "\"image\""},
                                                       {.key = "metadata.architecture", .json = "\"sparc\""}}));
}

TEST(NovaDecode, AMemberThatPosesAsMetadataGivesWay)
{
    const auto image = decoded(R"({"id":"a","metadata.x":1,"metadata":{"x":2}})");

    EXPECT_EQ(image.properties, (std::vector<Property>{{.key = "metadata.x", .json = "2"}}));
}

} // namespace
} // namespace polyglance::nova
