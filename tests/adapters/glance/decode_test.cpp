#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/glance/decode.hpp"
#include "tests/support/codecs.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/recording.hpp"

namespace polyglance::glance {
namespace {

Image decoded(std::string_view row, const DecodeContext& context = {})
{
    auto image = test::decode_as(Provider::glance, row, context);
    EXPECT_TRUE(image) << row;
    return image.value_or(Image{});
}

std::optional<Property> property(const Image& image, std::string_view key)
{
    for (const Property& each : image.properties) {
        if (each.key == key) {
            return each;
        }
    }
    return std::nullopt;
}

TEST(GlanceDecode, ReadsEveryRowOfARealGlance)
{
    std::size_t rows = 0;
    for (const auto* const prefix : {"glance-list-", "glance-limit-", "glance-filter-"}) {
        for (const auto& answer : test::recordings(prefix)) {
            if (answer.response.status != 200) {
                continue;
            }
            const auto sent = nlohmann::json::parse(answer.response.body).at("images").size();
            EXPECT_EQ(test::decode_page(Provider::glance, answer.response.body).size(), sent) << answer.name;
            rows += sent;
        }
    }
    EXPECT_GE(rows, 9u);
}

TEST(GlanceDecode, ReadsARealImageInFull)
{
    const auto image = decoded(test::recorded("glance-show").response.body);

    EXPECT_EQ(image.name, "ubuntu-22.04-server");
    EXPECT_EQ(image.os.distro, "ubuntu");
    EXPECT_EQ(image.os.family, OsFamily::linux);
    EXPECT_EQ(image.architecture, Architecture::x86_64);
    EXPECT_EQ(image.firmware, "uefi");
    EXPECT_EQ(image.size_bytes, 1024);
    EXPECT_EQ(image.virtual_size_bytes, 1073741824);
    EXPECT_EQ(image.checksum->algo, "sha512");
    EXPECT_EQ(image.tags, (std::vector<std::string>{"lts", "ubuntu"}));
    EXPECT_EQ(image.inferred, std::vector<std::string>{"os.family"});
    EXPECT_EQ(image.properties,
              (std::vector<Property>{{.key = "os_hidden", .json = "false"}, {.key = "stores", .json = "\"disk\""}}));
}

TEST(GlanceDecode, NamesMayBeNullEmptyOrInAnyScript)
{
    EXPECT_FALSE(decoded(test::recorded("glance-show-null-name").response.body).name);
    EXPECT_FALSE(decoded(test::recorded("glance-show-empty-name").response.body).name);
    EXPECT_EQ(decoded(test::recorded("glance-show-unicode").response.body).name, "Ünïcödé—naïve ☃ العربية");
}

TEST(GlanceDecode, OnlyHiddenImagesAreMarked)
{
    EXPECT_EQ(decoded(test::recorded("glance-show-hidden").response.body).hidden, true);
    EXPECT_EQ(property(decoded(test::recorded("glance-show-hidden").response.body), "os_hidden")->json, "true");
    EXPECT_FALSE(decoded(test::recorded("glance-show").response.body).hidden);
}

TEST(GlanceDecode, AnImageOfTheOwnProjectIsOnesOwn)
{
    const auto body = test::recorded("glance-show").response.body;

    const auto own = decoded(body, {.own_project = "14e1496d166141779ab169333ba01133"});
    EXPECT_EQ(own.origin, Origin::self);
    EXPECT_EQ(own.inferred, (std::vector<std::string>{"os.family", "origin"}));
    EXPECT_FALSE(decoded(body, {.own_project = "another"}).origin);
    EXPECT_FALSE(decoded(body).origin);
    EXPECT_FALSE(decoded(R"({"id":"a","owner":""})").origin);
}

TEST(GlanceDecode, HuaweisWordWinsOverWhatIsInferred)
{
    const auto image = decoded(R"({"id":"a","owner":"p","__imagetype":"market"})", {.own_project = "p"});

    EXPECT_EQ(image.origin, Origin::market);
    EXPECT_TRUE(image.inferred.empty());
}

TEST(GlanceDecode, ASharedHuaweiImageIsShared)
{
    EXPECT_EQ(decoded(R"({"id":"a","visibility":"private","__imagetype":"shared"})").visibility, Visibility::shared);
}

TEST(GlanceDecode, AnExplicitArchitectureWinsThenArmThenBits)
{
    EXPECT_EQ(decoded(R"({"id":"a","architecture":"s390x","__support_arm":"true","__os_bit":"64"})").architecture,
              Architecture::s390x);
    EXPECT_EQ(decoded(R"({"id":"a","__support_arm":"True","__os_bit":"64"})").architecture, Architecture::aarch64);
    EXPECT_EQ(decoded(R"({"id":"a","__support_arm":"false","__os_bit":"64"})").architecture, Architecture::x86_64);
    EXPECT_EQ(decoded(R"({"id":"a","__os_bit":"32"})").architecture, Architecture::i686);
    EXPECT_FALSE(decoded(R"({"id":"a","__support_amd":"true"})").architecture);
    EXPECT_EQ(decoded(R"({"id":"a","__os_bit":"32"})").inferred, std::vector<std::string>{"architecture"});
}

TEST(GlanceDecode, WhatAHuaweiImageIsFollowsFromItsMembers)
{
    const auto artifact = [](const std::string& members) { return decoded("{\"id\":\"a\"," + members + "}").artifact; };

    EXPECT_EQ(artifact(R"("__backup_id":"b","virtual_env_type":"DataImage")"), Artifact::backup);
    EXPECT_EQ(artifact(R"("virtual_env_type":"DataImage","__imagetype":"gold")"), Artifact::data_disk);
    EXPECT_EQ(artifact(R"("virtual_env_type":"IsoImage")"), Artifact::iso);
    EXPECT_EQ(artifact(R"("virtual_env_type":"Ironic")"), Artifact::bare_metal);
    EXPECT_EQ(artifact(R"("virtual_env_type":"FusionCompute","__imagetype":"gold")"), Artifact::base);
    EXPECT_EQ(artifact(R"("image_type":"snapshot","__imagetype":"gold")"), Artifact::snapshot);
    EXPECT_FALSE(artifact(R"("virtual_env_type":"FusionCompute","__imagetype":"private")"));
}

TEST(GlanceDecode, HuaweisSizeComesFirst)
{
    EXPECT_EQ(decoded(R"({"id":"a","__image_size":"9007199254740993","size":5})").size_bytes, 9007199254740993);
    EXPECT_EQ(decoded(R"({"id":"a","__image_size":"","size":5})").size_bytes, 5);
}

TEST(GlanceDecode, ASizeBeyondInt64StaysAsItCame)
{
    const auto image = decoded(R"({"id":"a","size":18446744073709551616})");

    EXPECT_FALSE(image.size_bytes);
    EXPECT_EQ(property(image, "size")->json, "18446744073709551616");
}

TEST(GlanceDecode, AStrongChecksumWinsOverMd5)
{
    const auto strong = decoded(R"({"id":"a","checksum":"AB","os_hash_algo":"SHA512","os_hash_value":"CD"})");
    EXPECT_EQ(strong.checksum, (Checksum{.algo = "sha512", .value = "cd"}));
    EXPECT_TRUE(strong.properties.empty());

    const auto half = decoded(R"({"id":"a","checksum":"AB","os_hash_algo":"sha512","os_hash_value":null})");
    EXPECT_EQ(half.checksum, (Checksum{.algo = "md5", .value = "ab"}));
    EXPECT_EQ(half.properties, (std::vector<Property>{{.key = "os_hash_algo", .json = "\"sha512\""}}));
}

TEST(GlanceDecode, TagsAreSortedAndOneOddTagSpoilsThem)
{
    EXPECT_EQ(decoded(R"({"id":"a","tags":["b","a"]})").tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_FALSE(decoded(R"({"id":"a"})").tags);
    const auto odd = decoded(R"({"id":"a","tags":["b",1]})");
    EXPECT_FALSE(odd.tags);
    EXPECT_EQ(property(odd, "tags")->json, R"(["b",1])");
}

TEST(GlanceDecode, CapabilitiesAreFlagsOrModels)
{
    const auto image = decoded(R"({"id":"a","__support_kvm":"TRUE","__support_xen":false,"__support_gpu":"V100",)"
                               R"("__support_x":"","__support_y":1,"__support_":"z"})");

    EXPECT_EQ(image.capabilities, (Capabilities{{"kvm", true}, {"xen", false}, {"gpu", std::string("V100")}}));
    EXPECT_EQ(image.properties,
              (std::vector<Property>{{.key = "__support_y", .json = "1"}, {.key = "__support_", .json = "\"z\""}}));
}

TEST(GlanceDecode, WhereTheBytesLieIsNeverKept)
{
    const auto image =
        decoded(R"({"id":"a","locations":[{"url":"swift://user:secret@h/x"}],"direct_url":"rbd://secret"})");

    EXPECT_TRUE(image.properties.empty());
    EXPECT_TRUE(image.links.empty());
}

TEST(GlanceDecode, ReadsAHuaweiPage)
{
    const auto images = test::decode_page(Provider::glance, test::fixture("glance/huawei_list.json"));

    ASSERT_EQ(images.size(), 1u);
    EXPECT_EQ(images[0].origin, Origin::provider);
    EXPECT_EQ(images[0].inferred, (std::vector<std::string>{"artifact", "architecture"}));
}

} // namespace
} // namespace polyglance::glance
