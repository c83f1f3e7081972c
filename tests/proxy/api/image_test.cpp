#include <gtest/gtest.h>

#include "adapters/http/percent.hpp"
#include "tests/proxy/api/api_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

class GetImage : public testing::Test {
protected:
    GetImage()
    {
        api.configure({a_source("a"), a_source("b")});
        api.publish("a", {an_image("1", "one"), an_image("2", "two")});
    }

    ApiHarness api;
};

TEST_F(GetImage, ShowsTheImageInFullWithItsSource)
{
    const auto answer = api.get("/v1/images/a~1");
    const auto body = answer.json();

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(body["image"]["name"], "one");
    EXPECT_TRUE(body["image"].contains("properties"));
    EXPECT_EQ(body["source"]["id"], "a");
    EXPECT_EQ(body["source"]["state"], "fresh");
    EXPECT_FALSE(body["source"].contains("matched"));
    EXPECT_EQ(body["links"], (nlohmann::json{{"self", "/v1/images/a~1"}, {"source", "/v1/sources/a"}}));
    EXPECT_EQ(answer.headers.at("Source-Status"), "a;state=fresh;n=2");
    EXPECT_EQ(answer.headers.at("Link"), "</v1/schemas/image>; rel=\"describedby\"");
    EXPECT_EQ(answer.headers.at("Cache-Control"),
              "private, max-age=60, stale-while-revalidate=60, stale-if-error=3600");
}

TEST_F(GetImage, LinksBeginWithThePrefixThatATrustedProxyCutOff)
{
    const auto answer = api.get("/v1/images/a~1", {{"X-Forwarded-Prefix", "/clouds"}});

    EXPECT_EQ(answer.json()["links"],
              (nlohmann::json{{"self", "/clouds/v1/images/a~1"}, {"source", "/clouds/v1/sources/a"}}));
    EXPECT_EQ(answer.headers.at("Link"), "</clouds/v1/schemas/image>; rel=\"describedby\"");
}

TEST_F(GetImage, ShowsTheMembersAskedFor)
{
    EXPECT_FALSE(api.get("/v1/images/a~1?view=basic").json()["image"].contains("properties"));
    EXPECT_EQ(api.get("/v1/images/a~1?fields=name").json()["image"], (nlohmann::json{{"uid", "a~1"}, {"name", "one"}}));
    EXPECT_EQ(api.get("/v1/images/a~1?limit=1&veiw=full").json()["errors"].size(), 2u);
}

TEST_F(GetImage, EtagFollowsTheContentOnly)
{
    const auto before = api.get("/v1/images/a~1").headers.at("ETag");
    api.clock.advance(10min); // stale now
    api.fail("a", ErrorClass::timeout);
    const auto stale = api.get("/v1/images/a~1", {{"If-None-Match", before}});
    api.publish("a", {an_image("1", "renamed")});
    const auto after = api.get("/v1/images/a~1", {{"If-None-Match", before}});

    EXPECT_EQ(stale.status, 304);
    EXPECT_EQ(stale.headers.at("Source-Status"), "a;state=stale;n=2");
    EXPECT_EQ(after.status, 200);
    EXPECT_NE(after.headers.at("ETag"), before);
}

TEST_F(GetImage, HeadHasTheHeadersOfGet)
{
    EXPECT_EQ(api.send(Method::head, "/v1/images/a~1").headers, api.get("/v1/images/a~1").headers);
}

TEST_F(GetImage, NotFoundOnlyWhenTheSourceHasAnswered)
{
    const auto missing = api.get("/v1/images/a~9");
    const auto pending = api.get("/v1/images/b~9");

    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.code(), "image_not_found");
    EXPECT_EQ(missing.headers.at("Cache-Control"), "private, max-age=5");
    EXPECT_EQ(pending.status, 503);
    EXPECT_EQ(pending.code(), "source_unavailable");
    EXPECT_EQ(pending.json()["sources"][0]["state"], "pending");
    EXPECT_TRUE(pending.headers.contains("Retry-After"));
    EXPECT_EQ(api.refresh.waited_for, std::vector<FakeRefresh::Sources>{{"b"}});
}

TEST_F(GetImage, WaitsForTheFirstDrainOfItsSource)
{
    api.refresh.during_wait = [&] { api.publish("b", {an_image("9", "nine")}); };

    EXPECT_EQ(api.get("/v1/images/b~9").status, 200);
}

TEST_F(GetImage, ReadsAStaleSourceAgainBeforeItSaysNo)
{
    api.clock.advance(2min);
    api.refresh.during_refresh = [&] { api.publish("a", {an_image("3", "three")}); };

    EXPECT_EQ(api.get("/v1/images/a~1").status, 200);
    EXPECT_TRUE(api.refresh.idle());
    EXPECT_EQ(api.get("/v1/images/a~3").status, 200);
    EXPECT_EQ(api.get("/v1/images/a~1").code(), "image_not_found");
    EXPECT_EQ(api.refresh.refreshed.size(), 1u);
}

TEST_F(GetImage, AMissingImageOfASourceThatIsDownIsUnavailable)
{
    api.clock.advance(2min);
    api.fail("a", ErrorClass::upstream_unavailable);

    EXPECT_EQ(api.get("/v1/images/a~1").status, 200);
    EXPECT_EQ(api.get("/v1/images/a~9").code(), "source_unavailable");
    EXPECT_TRUE(api.refresh.idle());

    api.publish("a", {});
    api.change("a", [](SourceStatus& status) { status.cut_short = true; });
    EXPECT_EQ(api.get("/v1/images/a~9").code(), "source_unavailable");
}

TEST_F(GetImage, UnknownSourcesAndDisabledOnes)
{
    EXPECT_EQ(api.get("/v1/images/nosuch~1").code(), "source_not_found");
    EXPECT_EQ(api.get("/v1/images/nosuch").code(), "source_not_found");
    EXPECT_EQ(api.get("/v1/images/a~").code(), "source_not_found");
    api.change("a", [](SourceStatus& status) { status.disabled = true; });
    EXPECT_EQ(api.get("/v1/images/a~1").code(), "source_unavailable");
}

TEST_F(GetImage, OnlyIfCachedNeverCalls)
{
    EXPECT_EQ(api.get("/v1/images/a~1", {{"Cache-Control", "only-if-cached"}}).status, 200);
    EXPECT_EQ(api.get("/v1/images/b~1", {{"Cache-Control", "only-if-cached"}}).code(), "not_cached");
    EXPECT_TRUE(api.refresh.idle());
}

TEST_F(GetImage, AnyNativeIdMakesTheRoundTrip)
{
    const std::vector<std::string> ids{"a/b",       "50% off", "with space", "镜像-中文",
                                       "q?x=1&y#z", "a~b~c",   "x:refresh",  ".."};
    std::vector<Image> images;
    for (const auto& id : ids) {
        images.push_back(an_image(id, "n"));
    }
    api.publish("a", images);

    for (const auto& id : ids) {
        const auto answer = api.get("/v1/images/a~" + percent_encode(id));
        ASSERT_EQ(answer.status, 200) << id;
        EXPECT_EQ(answer.json()["image"]["native_id"], id);
        const std::string self = answer.json()["links"]["self"];
        EXPECT_EQ(api.get(self).body, answer.body) << id;
    }
    EXPECT_EQ(api.get("/v1/images/a~a/b").status, 404);
}

} // namespace
} // namespace polyglance::test
