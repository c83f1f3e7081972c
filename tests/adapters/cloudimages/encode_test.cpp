#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/cloudimages/encode.hpp"
#include "tests/support/codecs.hpp"

namespace polyglance::cloudimages {
namespace {

using nlohmann::json;

json element(const Image& image)
{
    std::string out;
    append_element(out, image);
    return json::parse(out);
}

TEST(CloudimagesEncode, AnImageOfAnotherCloudHasHuaweisWords)
{
    Image image;
    image.native_id = "a";
    image.status = Status::queued;
    image.status_raw = "SAVING";
    image.origin = Origin::provider;
    image.registered = true;
    image.os.family = OsFamily::linux;
    image.os.distro = "oraclelinux";
    image.os.version = "7.4";
    image.os.bits = 64;
    image.size_bytes = 5;
    image.max_ram_mib = 8;
    image.capabilities = Capabilities{{"kvm", true}, {"gpu", std::string("V100")}};
    image.created_at = parse_timestamp("2020-12-30T03:23:29Z");

    EXPECT_EQ(element(image), json::parse(R"({"id":"a","status":"queued","__imagetype":"gold","__isregistered":"true",
        "__image_size":"5","max_ram":"8","__os_type":"Linux","__platform":"Oracle Linux",
        "__os_version":"Oracle Linux 7.4 64bit","__os_bit":"64","__support_kvm":"true","__support_gpu":"V100",
        "created_at":"2020-12-30T03:23:29Z","deleted_at":""})"));
}

TEST(CloudimagesEncode, ASharedImageIsPrivateWithAnotherType)
{
    Image image;
    image.visibility = Visibility::shared;
    image.origin = Origin::shared;

    EXPECT_EQ(element(image).at("visibility"), "private");
    EXPECT_EQ(element(image).at("__imagetype"), "shared");
}

TEST(CloudimagesEncode, APageIsTheListAndNothingElse)
{
    std::vector<Image> images(2);
    images[0].native_id = "a";
    images[1].native_id = "b";

    EXPECT_EQ(test::decode_page(Provider::cloudimages, encode_page(images)).size(), 2u);
    EXPECT_EQ(encode_page({}), R"({"images":[]})");
}

TEST(CloudimagesListRequest, ReadsWhatAServerReads)
{
    const auto request = read_list_request("/v1/cloudimages/cn-north-4?limit=7&marker=m&__imagetype=gold");
    EXPECT_EQ(request.region, "cn-north-4");
    EXPECT_EQ(request.limit, 7u);
    EXPECT_EQ(request.marker, "m");
    EXPECT_EQ(request.image_type, "gold");

    EXPECT_EQ(read_list_request("/v1/cloudimages/r").limit, 500u);
    EXPECT_EQ(read_list_request("/v1/cloudimages/r?limit=501").limit, 500u);
    EXPECT_EQ(read_list_request("/v1/cloudimages/r?limit=0").limit, 500u);
    EXPECT_EQ(read_list_request("/v2/images").region, "");
    EXPECT_EQ(read_list_request("/v1/cloudimages/r/members").region, "");
}

} // namespace
} // namespace polyglance::cloudimages
