#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <gtest/gtest.h>

#include "tests/proxy/api/api_harness.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

/// The three sources of the contract's example: fresh, stale with a fault, and never reached.
void fill_example(ApiHarness& api)
{
    auto huawei = a_source("hw-cn-north-4", Provider::cloudimages);
    huawei.region = "cn-north-4";
    auto ali = a_source("ali-hz", Provider::batchcompute);
    ali.region = "cn-hangzhou";
    ali.provides = {"created_at", "name"};
    api.configure({a_source("os-a"), huawei, ali});
    api.publish("hw-cn-north-4", {an_image("633724a7", "中文 \"镜像\"", 3)});
    api.clock.advance(61s);
    api.publish("os-a", {an_image("ee10f19c", "ubuntu-22.04", 1), an_image("b", "centos", 5)});
    api.clock.advance(39s);
    api.fail("hw-cn-north-4", ErrorClass::upstream_unavailable);
    api.fail("ali-hz", ErrorClass::throttled);
}

TEST(ListImages, EnvelopeIsWrittenByteForByte)
{
    ApiHarness api;
    fill_example(api);

    const auto answer = api.get("/v1/images?limit=2&name=null:false");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, fixture("api/list.json"));
}

TEST(ListImages, HeadersDescribeTheAnswer)
{
    ApiHarness api;
    fill_example(api);

    auto headers = api.get("/v1/images?limit=2").headers;

    const std::string token = api.get("/v1/images?limit=2").json()["page"]["next_page_token"];
    EXPECT_TRUE(headers["ETag"].starts_with("W/\""));
    headers.erase("ETag");
    const std::map<std::string, std::string> wanted{
        {"Content-Type", "application/json"},
        {"X-Content-Type-Options", "nosniff"},
        {"Cache-Control", "private, max-age=0"},
        {"Age", "100"},
        {"Vary", "Accept, Accept-Encoding, Authorization, X-Auth-Token"},
        {"Cache-Status", "polyglance; hit; ttl=-40; detail=memory"},
        {"Link", "</v1/images?limit=2&page_token=" + token +
                     ">; rel=\"next\", </v1/images?limit=2>; rel=\"first\", </v1/schemas/images>; rel=\"describedby\""},
        {"Source-Status", "os-a;state=fresh;n=2, hw-cn-north-4;state=stale;n=1, ali-hz;state=error;class=throttled"}};
    EXPECT_EQ(headers, wanted);
}

TEST(ListImages, LinksBeginWithThePrefixThatATrustedProxyCutOff)
{
    ApiHarness api;
    fill_example(api);

    const auto plain = api.get("/v1/images?limit=1");
    const auto behind = api.get("/v1/images?limit=1", {{"X-Forwarded-Prefix", "/clouds"}});

    for (const auto* which : {"self", "first", "next"}) {
        EXPECT_EQ(behind.json()["links"][which], "/clouds" + plain.json()["links"][which].get<std::string>());
    }
    EXPECT_TRUE(behind.headers.at("Link").starts_with("</clouds/v1/images?"));
    EXPECT_EQ(api.get("/v1/images?limit=1").body, plain.body);
}

TEST(ListImages, IsCacheableForTheLeastRemainingTtl)
{
    ApiHarness api;
    auto slow = a_source("slow");
    slow.ttl = 600s;
    api.configure({a_source("a"), slow});
    api.publish("slow", {});
    api.clock.advance(10s);
    api.publish("a", {});
    api.clock.advance(39s);

    const auto answer = api.get("/v1/images");

    EXPECT_EQ(answer.headers.at("Cache-Control"),
              "private, max-age=70, stale-while-revalidate=60, stale-if-error=3600");
    EXPECT_EQ(answer.headers.at("Age"), "49");
    EXPECT_EQ(answer.headers.at("Cache-Status"), "polyglance; hit; ttl=21; detail=memory");
}

TEST(ListImages, SaysWhereTheDataCameFrom)
{
    ApiHarness api;
    api.configure({a_source("a"), a_source("b")});
    api.publish("a", {});
    api.publish("b", {});
    api.change("a", [](SourceStatus& status) { status.from_store = true; });

    EXPECT_TRUE(api.get("/v1/images").headers.at("Cache-Status").ends_with("detail=mixed"));
    EXPECT_TRUE(api.get("/v1/images?source=a").headers.at("Cache-Status").ends_with("detail=redis"));
}

TEST(ListImages, SourceIdsThatStartWithADigitAreQuoted)
{
    ApiHarness api;
    api.configure({a_source("4cloud")});
    api.publish("4cloud", {});

    EXPECT_EQ(api.get("/v1/images").headers.at("Source-Status"), "\"4cloud\";state=fresh;n=0");
}

TEST(ListImages, SameQuestionSameBytesUntilASourceChanges)
{
    ApiHarness api;
    fill_example(api);
    const auto first = api.get("/v1/images?status=null:false&limit=5");
    api.clock.advance(5s);

    const auto again = api.get("/v1/images?limit=5&status=null:false");
    api.clock.advance(20s); // os-a is past its TTL now
    const auto later = api.get("/v1/images?limit=5&status=null:false");

    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.headers.at("ETag"), first.headers.at("ETag"));
    EXPECT_EQ(again.headers.at("Age"), "105");
    EXPECT_NE(later.headers.at("ETag"), first.headers.at("ETag"));
    EXPECT_EQ(later.json()["sources"][0]["state"], "stale");
    EXPECT_EQ(api.pages.size(), 2u);
}

TEST(ListImages, AnswersNotModified)
{
    ApiHarness api;
    fill_example(api);
    const auto full = api.get("/v1/images");
    const auto etag = full.headers.at("ETag");

    for (const auto& value : {etag, "\"x\", " + etag, etag.substr(2), std::string("*")}) {
        const auto answer = api.get("/v1/images", {{"If-None-Match", value}});
        EXPECT_EQ(answer.status, 304) << value;
        EXPECT_EQ(answer.body, "");
        for (const auto* name : {"Cache-Control", "ETag", "Vary", "Age", "Source-Status"}) {
            EXPECT_EQ(answer.headers.at(name), full.headers.at(name)) << name;
        }
        EXPECT_FALSE(answer.headers.contains("Content-Type"));
    }
    for (const auto* value : {"\"x\"", "W/\"x", "", "x"}) {
        EXPECT_EQ(api.get("/v1/images", {{"If-None-Match", value}}).status, 200) << value;
    }
}

TEST(ListImages, HeadHasTheHeadersOfGet)
{
    ApiHarness api;
    fill_example(api);

    const auto get = api.get("/v1/images?limit=1");
    const auto head = api.send(Method::head, "/v1/images?limit=1");

    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers, get.headers);
}

TEST(ListImages, ShowsTheMembersAskedFor)
{
    ApiHarness api;
    api.configure({a_source("a")});
    auto image = an_image("1", "one");
    image.os.distro = "ubuntu";
    api.publish("a", {image});
    const auto first = [&](std::string_view target) { return api.get(target).json()["images"][0]; };

    EXPECT_FALSE(first("/v1/images").contains("properties"));
    EXPECT_TRUE(first("/v1/images?view=full").contains("properties"));
    EXPECT_EQ(first("/v1/images?fields=name,os.distro"),
              (Json{{"uid", "a~1"}, {"name", "one"}, {"os", {{"distro", "ubuntu"}}}}));
    EXPECT_TRUE(first("/v1/images").at("owner").is_null());
    EXPECT_FALSE(first("/v1/images?omit_null=1").contains("owner"));
}

TEST(ListImages, CountsOnlyWhenAsked)
{
    ApiHarness api;
    api.configure({a_source("a")});
    api.publish("a", {an_image("1", "one"), an_image("2", "two")});

    const auto counted = api.get("/v1/images?limit=1").json();
    const auto bare = api.get("/v1/images?limit=1&count=none").json();

    EXPECT_EQ(counted["page"]["total"], 2);
    EXPECT_EQ(counted["page"]["total_is"], "exact");
    EXPECT_EQ(counted["sources"][0]["matched"], 2);
    EXPECT_TRUE(bare["page"]["total"].is_null());
    EXPECT_EQ(bare["page"]["total_is"], "none");
    EXPECT_TRUE(bare["sources"][0]["matched"].is_null());
}

TEST(ListImages, SkipsASourceWhoseImagesCanNeverMatch)
{
    ApiHarness api;
    auto ali = a_source("ali", Provider::batchcompute);
    ali.provides = {"name"};
    api.configure({a_source("a"), ali});
    api.publish("a", {an_image("1", "one")});

    const auto answer = api.get("/v1/images?status=active").json();
    const auto included = api.get("/v1/images?status=active&unknown=include&wait_ms=0").json();

    EXPECT_EQ(answer["sources"][1]["state"], "skipped");
    EXPECT_EQ(answer["sources"][1]["reason"], "field_not_provided");
    EXPECT_EQ(answer["sources"][1]["matched"], 0);
    EXPECT_EQ(answer["complete"], true);
    EXPECT_EQ(answer["page"]["total_is"], "exact");
    EXPECT_EQ(answer["warnings"],
              (Json::array({{{"code", "field_not_provided"}, {"source", "ali"}, {"field", "status"}}})));
    EXPECT_TRUE(api.refresh.idle());
    EXPECT_EQ(api.refresh.touched.front(), FakeRefresh::Sources{"a"});
    EXPECT_EQ(included["sources"][1]["state"], "pending");
}

TEST(ListImages, ListsSelectedSourcesInConfigurationOrder)
{
    ApiHarness api;
    api.configure({a_source("z"), a_source("a"), a_source("m", Provider::nova)});
    for (const auto* id : {"a", "m", "z"}) {
        api.publish(id, {an_image("1", id)});
    }
    const auto ids = [&](std::string_view target) {
        std::string out;
        const auto answer = api.get(target).json();
        for (const auto& source : answer["sources"]) {
            out += source["id"].get<std::string>();
        }
        return out;
    };

    EXPECT_EQ(ids("/v1/images"), "zam");
    EXPECT_EQ(ids("/v1/images?source=m,z"), "zm");
    EXPECT_EQ(ids("/v1/images?provider=nova"), "m");
    EXPECT_EQ(api.uids("/v1/images?sort=name&source=m,z"), (std::vector<std::string>{"m~1", "z~1"}));
}

TEST(ListImages, DisabledSourcesAreListedAndNeverWaitedFor)
{
    ApiHarness api;
    api.configure({a_source("a"), a_source("off")});
    api.publish("a", {an_image("1", "one")});
    api.publish("off", {an_image("2", "two")});
    api.change("off", [](SourceStatus& status) { status.disabled = true; });

    const auto answer = api.get("/v1/images", {{"Cache-Control", "no-cache"}}).json();

    EXPECT_EQ(answer["sources"][1]["state"], "disabled");
    EXPECT_TRUE(answer["sources"][1]["count"].is_null());
    EXPECT_EQ(answer["images"].size(), 1u);
    EXPECT_EQ(answer["complete"], true);
    EXPECT_TRUE(api.refresh.refreshed.empty());
}

TEST(ListImages, RefusesFormsItDoesNotHaveAndTwoTokens)
{
    ApiHarness api;
    api.configure({});

    for (const auto* accept : {"*/*", "application/*", "text/html, */*;q=0.1", "application/json;charset=utf-8", ""}) {
        EXPECT_EQ(api.get("/v1/images", {{"Accept", accept}}).status, 200) << accept;
    }
    for (const auto* accept : {"text/csv", "application/json;q=0", "application/json;q=0, */*", "text/*"}) {
        EXPECT_EQ(api.get("/v1/images", {{"Accept", accept}}).code(), "not_acceptable") << accept;
    }
    EXPECT_EQ(api.get("/v1/images", {{"Authorization", "Bearer a"}, {"X-Auth-Token", "b"}}).code(),
              "conflicting_credentials");
    EXPECT_EQ(api.get("/v1/images", {{"Authorization", "bearer a"}, {"X-Auth-Token", "a"}}).status, 200);
}

TEST(ListImages, APageThatTakesLongKeepsNobodyElseWaiting)
{
    ApiHarness api;
    boost::asio::io_context backstage;
    api.context.backstage = backstage.get_executor();
    api.configure({a_source("os")});
    std::vector<Image> images;
    for (int i = 0; i < 2'500; ++i) {
        images.push_back(an_image(std::to_string(i), "image", i));
    }
    api.publish("os", images);
    Request request;
    request.method = Method::get;
    request.path = "/v1/images";
    request.query = "sort=name&limit=1";
    request.received = api.clock.steady_now();
    std::optional<Response> answer;
    boost::asio::co_spawn(
        api.io, [&]() -> boost::asio::awaitable<void> { answer.emplace(co_await api.dispatcher.handle(request)); },
        boost::asio::detached);

    api.io.restart();
    api.io.poll();
    EXPECT_FALSE(answer);
    EXPECT_EQ(api.get("/v1/sources").status, 200); // on the same loop

    backstage.run();
    api.io.restart();
    api.io.poll();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(api.get("/v1/images?sort=name&limit=2").status, 200); // nothing is left to do backstage
}

} // namespace
} // namespace polyglance::test
