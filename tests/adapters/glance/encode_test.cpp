#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/glance/encode.hpp"
#include "tests/support/codecs.hpp"
#include "tests/support/recording.hpp"

namespace polyglance::glance {
namespace {

using nlohmann::json;

TEST(GlanceEncode, MembersBesideTheListAreThoseOfARealGlance)
{
    std::size_t pages = 0;
    for (const auto* const prefix : {"glance-list-", "glance-limit-", "glance-filter-"}) {
        for (const auto& answer : test::recordings(prefix)) {
            if (answer.response.status != 200) {
                continue;
            }
            auto sent = json::parse(answer.response.body);
            const auto images = test::decode_page(Provider::glance, answer.response.body);

            auto page = json::parse(encode_page(images, read_list_request(answer.target), sent.contains("next")));

            ASSERT_EQ(page.at("images").size(), images.size());
            page.erase("images");
            sent.erase("images");
            // Of a repeated parameter a real Glance gives back the last one only.
            if (answer.name != "glance-limit-twice") {
                EXPECT_EQ(page, sent) << answer.name;
            }
            ++pages;
        }
    }
    EXPECT_GE(pages, 9u);
}

TEST(GlanceEncode, ABareImageHasTheNullsThatOpenstackSends)
{
    Image image;
    image.native_id = "a";
    std::string out;
    append_element(out, image);

    EXPECT_EQ(json::parse(out), json::parse(R"({"id":"a","name":null,"owner":null,"disk_format":null,
        "container_format":null,"size":null,"virtual_size":null,"checksum":null,"os_hash_algo":null,
        "os_hash_value":null})"));
}

TEST(GlanceEncode, AForeignStatusIsWrittenInGlancesWords)
{
    const auto word = [](Status status, std::optional<std::string> raw) {
        Image image;
        image.status = status;
        image.status_raw = std::move(raw);
        std::string out;
        append_element(out, image);
        return json::parse(out).at("status").get<std::string>();
    };

    EXPECT_EQ(word(Status::active, "ACTIVE"), "active");
    EXPECT_EQ(word(Status::queued, "SAVING"), "queued");
    EXPECT_EQ(word(Status::saving, "importing"), "importing");
    EXPECT_EQ(word(Status::error, "ERROR"), "killed");
    EXPECT_EQ(word(Status::unknown, std::nullopt), "unknown");
}

TEST(GlanceEncode, BothDialectsSayTheSame)
{
    Image image;
    image.native_id = "a";
    image.description = "d";
    image.os.family = OsFamily::windows;
    image.os.distro = "windows";
    image.os.version = "2016";
    image.size_bytes = 9007199254740993;
    image.capabilities.emplace();
    for (const auto dialect : {Dialect::openstack, Dialect::huawei}) {
        std::string out;
        append_element(out, image, dialect);

        auto back = test::decode_as(Provider::glance, out);

        ASSERT_TRUE(back);
        back->os.name_raw.reset();
        EXPECT_EQ(*back, image) << out;
    }
}

TEST(GlanceListRequest, ReadsWhatAServerReads)
{
    const auto hidden = read_list_request("/v2/images?os_hidden=true&limit=0&marker=m");
    EXPECT_TRUE(hidden.os_hidden);
    EXPECT_EQ(hidden.limit, 0u);
    EXPECT_EQ(hidden.marker, "m");

    const auto plain = read_list_request("/v2/images");
    EXPECT_FALSE(plain.os_hidden);
    EXPECT_EQ(plain.limit, 25u);
    EXPECT_EQ(read_list_request("/v2/images?limit=5000").limit, 1000u);
}

} // namespace
} // namespace polyglance::glance
