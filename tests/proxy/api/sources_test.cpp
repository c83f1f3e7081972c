#include <gtest/gtest.h>

#include "tests/proxy/api/api_harness.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

class Sources : public testing::Test {
protected:
    Sources()
    {
        auto huawei = a_source("hw-cn-north-4", Provider::cloudimages);
        huawei.title = "Huawei Cloud Beijing 4";
        huawei.region = "cn-north-4";
        api.configure({huawei, a_source("os-a")});
        api.publish("hw-cn-north-4", {an_image("1", "one")});
        api.clock.advance(90s);
        api.fail("hw-cn-north-4", ErrorClass::upstream_unavailable);
        api.change("hw-cn-north-4", [](SourceStatus& status) { status.circuit = CircuitState::half_open; });
    }

    ApiHarness api;
};

TEST_F(Sources, OneIsWrittenByteForByte)
{
    EXPECT_EQ(api.get("/v1/sources/hw-cn-north-4").body, fixture("api/source.json"));
}

TEST_F(Sources, ListHoldsAllInOrder)
{
    const auto answer = api.get("/v1/sources");

    ASSERT_EQ(answer.json()["sources"].size(), 2u);
    EXPECT_EQ(answer.json()["sources"][0], api.get("/v1/sources/hw-cn-north-4").json());
    EXPECT_EQ(answer.json()["sources"][1]["state"], "pending");
    EXPECT_EQ(answer.headers.at("Cache-Control"), "private, max-age=1");
    EXPECT_EQ(api.get("/v1/sources", {{"If-None-Match", answer.headers.at("ETag")}}).status, 304);
    EXPECT_TRUE(api.refresh.touched.empty());
}

TEST_F(Sources, DeleteIsOfferedWhenTheAdapterCanAndTheOperatorAllows)
{
    auto info = a_source("a");
    info.can_delete = true;
    auto allowed = info;
    allowed.id = "b";
    allowed.allow_delete = true;
    api.configure({info, allowed});

    EXPECT_EQ(api.get("/v1/sources/a").json()["operations"]["delete"], false);
    EXPECT_EQ(api.get("/v1/sources/b").json()["operations"]["delete"], true);
}

TEST_F(Sources, UnknownIs404)
{
    EXPECT_EQ(api.get("/v1/sources/nosuch").code(), "source_not_found");
    EXPECT_EQ(api.send(Method::post, "/v1/sources/nosuch:refresh").code(), "source_not_found");
    EXPECT_EQ(api.get("/v1/sources?state=fresh").code(), "unknown_parameter");
    EXPECT_EQ(api.get("/v1/sources/").status, 404);
}

TEST_F(Sources, RefreshIsAcceptedWithoutWaiting)
{
    const auto answer = api.send(Method::post, "/v1/sources/os-a:refresh");

    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.json()["id"], "os-a");
    EXPECT_EQ(answer.headers.at("Retry-After"), "5");
    EXPECT_EQ(answer.headers.at("Cache-Control"), "no-store");
    EXPECT_EQ(api.refresh.requested, FakeRefresh::Sources{"os-a"});
    EXPECT_TRUE(api.refresh.idle());
}

TEST_F(Sources, RefreshOfADisabledOneIsUnavailable)
{
    api.refresh.accepts_requests = false;

    EXPECT_EQ(api.send(Method::post, "/v1/sources/os-a:refresh").code(), "source_unavailable");
    EXPECT_EQ(api.get("/v1/sources/os-a:refresh").status, 405);
    EXPECT_EQ(api.send(Method::post, "/v1/sources/os-a").headers.at("Allow"), "GET, HEAD");
}

} // namespace
} // namespace polyglance::test
