#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/batchcompute/encode.hpp"
#include "tests/support/codecs.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance::batchcompute {
namespace {

using nlohmann::json;

TEST(BatchComputeEncode, WritesThePublishedExampleBack)
{
    const auto body = test::fixture("batchcompute/seed_list.json");

    const auto page = encode_page(test::decode_page(Provider::batchcompute, body), "");

    EXPECT_EQ(json::parse(page), json::parse(body));
}

TEST(BatchComputeEncode, ThePageNamesTheFirstImageOfTheNext)
{
    std::vector<Image> images(1);
    images[0].native_id = "a";

    EXPECT_EQ(json::parse(encode_page(images, "b")), json::parse(R"({"Items":[{"Id":"a"}],"NextMarker":"b"})"));
}

TEST(BatchComputeEncode, AForeignImageStandsInOneOfTheTwoLists)
{
    const auto type = [](std::optional<Visibility> visibility, std::optional<Origin> origin) {
        Image image;
        image.visibility = visibility;
        image.origin = origin;
        return type_of(image);
    };

    EXPECT_EQ(type(std::nullopt, Origin::provider), ImageType::system);
    EXPECT_EQ(type(Visibility::public_, std::nullopt), ImageType::system);
    EXPECT_EQ(type(Visibility::public_, Origin::self), ImageType::self);
    EXPECT_EQ(type(std::nullopt, std::nullopt), ImageType::self);
}

TEST(BatchComputeListRequest, ReadsWhatAServerReads)
{
    const auto request = read_list_request("/images?Marker=img-a&MaxItemCount=7&Type=System");
    EXPECT_EQ(request.type, ImageType::system);
    EXPECT_EQ(request.marker, "img-a");
    EXPECT_EQ(request.limit, 7u);

    const auto plain = read_list_request("/images?Marker");
    EXPECT_EQ(plain.type, ImageType::self);
    EXPECT_EQ(plain.marker, "");
    EXPECT_EQ(plain.limit, 50u);
    EXPECT_EQ(read_list_request("/images?Type=system").type, ImageType::self);
    EXPECT_EQ(read_list_request("/images?MaxItemCount=101").limit, 100u);
}

} // namespace
} // namespace polyglance::batchcompute
