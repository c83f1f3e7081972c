#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/http/percent.hpp"
#include "adapters/nova/encode.hpp"
#include "tests/support/codecs.hpp"
#include "tests/support/recording.hpp"

namespace polyglance::nova {
namespace {

using nlohmann::json;

json element(const Image& image)
{
    std::string out;
    append_element(out, image);
    return json::parse(out);
}

TEST(NovaEncode, AnImageOfAnotherCloudHasNovasWords)
{
    Image image;
    image.native_id = "img-1";
    image.description = "about it";
    image.status = Status::deactivated;
    image.status_raw = "deactivated";
    image.owner = "p1";
    image.os.family = OsFamily::linux;
    image.os.distro = "centos";
    image.os.version = "7";
    image.firmware = "uefi";
    image.inferred = {"os.distro"};

    EXPECT_EQ(element(image), json::parse(R"({"id":"img-1","name":null,"status":"UNKNOWN","progress":0,
        "OS-EXT-IMG-SIZE:size":0,"links":[],"metadata":{"owner_id":"p1","os_type":"linux","os_version":"7",
        "description":"about it","hw_firmware_type":"uefi"}})"));
}

TEST(NovaEncode, EveryStatusHasItsWordAndProgress)
{
    const auto status_of = [](Status status) {
        Image image;
        image.status = status;
        const auto wire = element(image);
        return std::pair{wire.at("status").get<std::string>(), wire.at("progress").get<int>()};
    };

    EXPECT_EQ(status_of(Status::queued), std::pair(std::string("SAVING"), 25));
    EXPECT_EQ(status_of(Status::saving), std::pair(std::string("SAVING"), 50));
    EXPECT_EQ(status_of(Status::active), std::pair(std::string("ACTIVE"), 100));
    EXPECT_EQ(status_of(Status::error), std::pair(std::string("ERROR"), 0));
    EXPECT_EQ(status_of(Status::deleted), std::pair(std::string("DELETED"), 0));
    EXPECT_EQ(status_of(Status::pending_delete), std::pair(std::string("DELETED"), 0));
    EXPECT_EQ(status_of(Status::unknown), std::pair(std::string("UNKNOWN"), 0));
}

TEST(NovaEncode, TheServerStandsBesideItsImage)
{
    Image image;
    image.native_id = "i";
    image.source_server_id = "s";
    image.links = {{.rel = "self", .href = "http://h/v2.1/p/images/i", .type = {}},
                   {.rel = "bookmark", .href = "http://h/p/images/i", .type = {}},
                   {.rel = "alternate", .href = "http://g/images/i", .type = "t"}};

    EXPECT_EQ(element(image).at("server"), json::parse(R"({"id":"s","links":[
        {"rel":"self","href":"http://h/v2.1/p/servers/s"},{"rel":"bookmark","href":"http://h/p/servers/s"}]})"));
    EXPECT_EQ(element(image).at("metadata").at("instance_uuid"), "s");
}

/// Nova sorts the parameters of its links, which means nothing.
void sort_next_link(json& page)
{
    if (page.contains("images_links")) {
        json& href = page.at("images_links").at(0).at("href");
        const auto link = href.get<std::string>();
        auto query = decode_query(link.substr(link.find('?') + 1)).value();
        std::sort(query.begin(), query.end());
        href = link.substr(0, link.find('?') + 1) + encode_query(query);
    }
}

TEST(NovaEncode, WritesTheSamePagesAsARealNova)
{
    std::size_t pages = 0;
    for (const auto* const prefix : {"nova-list-", "nova-detail-", "nova-v2-", "nova-marker"}) {
        for (const auto& answer : test::recordings(prefix)) {
            if (answer.response.status != 200) {
                continue;
            }
            auto sent = json::parse(answer.response.body);
            const auto images = test::decode_page(Provider::nova, answer.response.body);

            auto page = json::parse(encode_page(images, read_list_request(answer.target), "http://127.0.0.1:15002",
                                                sent.contains("images_links")));

            sort_next_link(page);
            sort_next_link(sent);
            EXPECT_EQ(page, sent) << answer.name;
            ++pages;
        }
    }
    EXPECT_GE(pages, 9u);
}

TEST(NovaListRequest, ReadsWhatAServerReads)
{
    const auto detail = read_list_request("/v2.1/p/images/detail?limit=7&marker=a%20b");
    EXPECT_EQ(detail.view, View::detail);
    EXPECT_EQ(detail.limit, 7u);
    EXPECT_EQ(detail.marker, "a b");

    const auto brief = read_list_request("/v2/images");
    EXPECT_EQ(brief.view, View::brief);
    EXPECT_EQ(brief.limit, 1000u);
    EXPECT_EQ(brief.marker, "");
    EXPECT_EQ(read_list_request("/v2/images?limit=5000").limit, 1000u);
    EXPECT_EQ(read_list_request("/v2/images?limit=0").limit, 1000u);
}

} // namespace
} // namespace polyglance::nova
