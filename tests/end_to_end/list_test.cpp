#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/fleet.hpp"
#include "tests/support/running_app.hpp"

namespace polyglance {
namespace {

using nlohmann::json;
using test::Fleet;
using test::RunningApp;

/// Walks a list to its end by its own links. Gives the images in order.
std::vector<json> walk(const RunningApp& app, std::string target)
{
    std::vector<json> images;
    while (!target.empty()) {
        const auto answer = app.get(target);
        EXPECT_EQ(answer.status, 200) << answer.body;
        const auto page = answer.json();
        EXPECT_TRUE(page["complete"].get<bool>()) << page["sources"];
        for (const auto& image : page["images"]) {
            images.push_back(image);
        }
        const auto& next = page["links"].contains("next") ? page["links"]["next"] : json();
        target = next.is_string() ? next.get<std::string>() : "";
        EXPECT_EQ(target.empty(), page["page"]["next_page_token"].is_null());
    }
    return images;
}

std::vector<std::string> uids(const std::vector<json>& images)
{
    std::vector<std::string> out;
    for (const auto& image : images) {
        out.push_back(image["uid"].get<std::string>());
    }
    return out;
}

/// Four clouds of 1,000 images, read once for all tests of this file.
class FourClouds : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        fleet = new Fleet(1000);
        app = new RunningApp(fleet->sources());
        everything = new std::vector<json>(walk(*app, "/v1/images?limit=1000&view=full&sort=uid&wait_ms=20000"));
    }
    static void TearDownTestSuite()
    {
        delete everything;
        delete app;
        delete fleet;
    }
    static Fleet* fleet;
    static RunningApp* app;
    static std::vector<json>* everything;
};
Fleet* FourClouds::fleet = nullptr;
RunningApp* FourClouds::app = nullptr;
std::vector<json>* FourClouds::everything = nullptr;

TEST_F(FourClouds, AWalkShowsEveryImageExactlyOnce)
{
    auto seen = uids(walk(*app, "/v1/images?limit=37"));
    std::sort(seen.begin(), seen.end());

    EXPECT_EQ(seen, fleet->uids());
}

TEST_F(FourClouds, TotalsAreExact)
{
    const auto page = app->get("/v1/images?limit=1").json();

    EXPECT_EQ(page["page"]["total"], 4000);
    EXPECT_EQ(page["page"]["total_is"], "exact");
    for (const auto& source : page["sources"]) {
        EXPECT_EQ(source["count"], 1000);
        EXPECT_EQ(source["state"], "fresh");
    }
}

bool equals(const json& value, const char* text)
{
    return value.is_string() && value.get<std::string>() == text;
}

struct FilterCase {
    const char* query;
    bool (*matches)(const json& image);
};

/// Each filter in plain words over the published records.
const FilterCase filters[] = {
    {"status=active", [](const json& i) { return equals(i["status"], "active"); }},
    {"os.distro=in:ubuntu,debian",
     [](const json& i) { return equals(i["os"]["distro"], "ubuntu") || equals(i["os"]["distro"], "debian"); }},
    {"architecture=neq:x86_64",
     [](const json& i) { return i["architecture"].is_string() && !equals(i["architecture"], "x86_64"); }},
    {"size_bytes=gte:50000000",
     [](const json& i) { return i["size_bytes"].is_number() && i["size_bytes"].get<std::int64_t>() >= 50'000'000; }},
    {"created_at=lt:2025-01-02T00:00:00Z",
     [](const json& i) {
         return i["created_at"].is_string() && i["created_at"].get<std::string>() < "2025-01-02T00:00:00.000000Z";
     }},
    {"name=prefix:IMAGE-1",
     [](const json& i) { return i["name"].is_string() && i["name"].get<std::string>().starts_with("image-1"); }},
    {"name=contains:%E6%9C%8D%E5%8A%A1",
     [](const json& i) {
         return i["name"].is_string() && i["name"].get<std::string>().find("服务") != std::string::npos;
     }},
    {"name=null:true", [](const json& i) { return i["name"].is_null(); }},
    {"tag=gold&tag=%E6%A0%87%E7%AD%BE", [](const json& i) { return i["tags"].is_array() && i["tags"].size() == 2; }},
    {"source=gl,hw&protected=true&min_disk_gib=lte:20&visibility=public",
     [](const json& i) {
         return (equals(i["source"], "gl") || equals(i["source"], "hw")) && i["protected"] == true &&
                i["min_disk_gib"].get<int>() <= 20 && equals(i["visibility"], "public");
     }},
    {"q=%D0%91%D0%90%D0%97%D0%9E%D0%92%D0%AB%D0%99", [](const json& i) { return equals(i["name"], "Базовый образ"); }},
};

TEST_F(FourClouds, FiltersEqualBruteForce)
{
    for (const auto& filter : filters) {
        std::vector<std::string> expected;
        for (const auto& image : *everything) {
            if (filter.matches(image)) {
                expected.push_back(image["uid"].get<std::string>());
            }
        }
        std::sort(expected.begin(), expected.end());
        const auto found = uids(walk(*app, std::string("/v1/images?limit=311&sort=uid&") + filter.query));

        EXPECT_FALSE(expected.empty()) << filter.query;
        EXPECT_EQ(found, expected) << filter.query;
    }
}

const json& field(const json& image, const std::string& name)
{
    const auto dot = name.find('.');
    return dot == std::string::npos ? image.at(name) : image.at(name.substr(0, dot)).at(name.substr(dot + 1));
}

TEST_F(FourClouds, SortsEqualBruteForce)
{
    struct SortCase {
        const char* query;
        std::vector<std::pair<std::string, bool>> keys; // name, descending
    };
    const SortCase sorts[] = {
        {"created_at:desc", {{"created_at", true}}},
        {"name", {{"name", false}}},
        {"size_bytes:desc,name:asc", {{"size_bytes", true}, {"name", false}}},
        {"os.distro:desc,os.version,created_at:desc",
         {{"os.distro", true}, {"os.version", false}, {"created_at", true}}},
        {"status,architecture:desc,min_disk_gib", {{"status", false}, {"architecture", true}, {"min_disk_gib", false}}},
        {"region,provider:desc", {{"region", false}, {"provider", true}}}};
    for (const auto& sort : sorts) {
        auto expected = *everything;
        std::sort(expected.begin(), expected.end(), [&](const json& a, const json& b) {
            for (const auto& [name, descending] : sort.keys) {
                const auto& x = field(a, name);
                const auto& y = field(b, name);
                if (x.is_null() != y.is_null()) {
                    return y.is_null(); // null is last both ways
                }
                if (x != y) {
                    return descending ? y < x : x < y;
                }
            }
            return a["uid"] < b["uid"];
        });

        EXPECT_EQ(uids(walk(*app, std::string("/v1/images?limit=773&sort=") + sort.query)), uids(expected))
            << sort.query;
    }
}

TEST_F(FourClouds, NeverMoreThanTwoCallsInFlight)
{
    for (std::size_t i = 0; i < Fleet::size; ++i) {
        EXPECT_LE(fleet->backend(i).most_in_flight(), 2u);
    }
}

TEST_F(FourClouds, RevalidatesWithAnETag)
{
    const auto first = app->get("/v1/images?limit=3");
    const auto again =
        test::call(app->port(), "GET", "/v1/images?limit=3", {{"If-None-Match", std::string(first.header("ETag"))}});

    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.header("ETag"), first.header("ETag"));
    EXPECT_TRUE(again.body.empty());
}

TEST(EndToEnd, ManyFirstRequestsAreOneDrain)
{
    Fleet fleet(50);
    RunningApp app(fleet.sources());
    std::vector<std::thread> clients;
    std::atomic<int> good{0};
    for (int i = 0; i < 40; ++i) {
        clients.emplace_back(
            [&] { good += app.get("/v1/images?limit=1000&wait_ms=20000").json()["images"].size() == 200 ? 1 : 0; });
    }
    for (auto& client : clients) {
        client.join();
    }

    EXPECT_EQ(good, 40);
    EXPECT_LE(fleet.backend(3).requests().size(), 2u); // one page for each type
}

TEST(EndToEnd, ADeleteRemovesTheImageEverywhere)
{
    Fleet fleet(20);
    RunningApp app(fleet.sources());
    walk(app, "/v1/images?wait_ms=20000");
    const std::string victim = *std::find_if(fleet.uids().begin(), fleet.uids().end(),
                                             [&](const std::string& uid) { return uid.starts_with("no~"); });

    EXPECT_EQ(test::call(app.port(), "DELETE", "/v1/images/" + victim + "?dry_run=1").status, 200);
    EXPECT_EQ(app.get("/v1/images/" + victim).status, 200);
    EXPECT_EQ(test::call(app.port(), "DELETE", "/v1/images/" + victim).status, 204);
    EXPECT_EQ(app.get("/v1/images/" + victim).status, 404);
    EXPECT_EQ(uids(walk(app, "/v1/images")).size(), 79u);
    EXPECT_EQ(test::call(app.port(), "DELETE", "/v1/images/" + victim).status, 404);
    EXPECT_EQ(test::call(app.port(), "DELETE", "/v1/images/hw~x").status, 405);
}

TEST(EndToEnd, ReloadTakesOverOtherSources)
{
    Fleet fleet(10);
    RunningApp app(fleet.sources());
    walk(app, "/v1/images?wait_ms=20000");
    const auto calls = fleet.backend(0).requests().size();
    auto config = app.config();
    config.sources.erase(config.sources.begin() + 1);

    EXPECT_TRUE(app.app().reload(config).empty());
    const auto page = app.get("/v1/images?limit=1000").json();

    EXPECT_EQ(page["images"].size(), 30u);
    EXPECT_EQ(page["sources"].size(), 3u);
    EXPECT_EQ(fleet.backend(0).requests().size(), calls); // unchanged: kept its snapshot
}

} // namespace
} // namespace polyglance
