#include <gtest/gtest.h>

#include "adapters/cloudimages/adapter.hpp"
#include "tests/adapters/adapter_harness.hpp"

namespace polyglance::cloudimages {
namespace {

using test::AdapterHarness;
using test::Ids;

std::string row(const std::string& id)
{
    return R"({"id":")" + id + R"(","name":"n","status":"active","__imagetype":"gold"})";
}

HttpResponse page_of(const Ids& ids)
{
    return {.status = 200, .headers = {}, .body = R"({"images":)" + test::json_rows(ids, row) + "}"};
}

test::ScriptedHttpClient::Handler cloud(Ids all, bool inclusive)
{
    return [all = std::move(all), inclusive](const HttpRequest& request) -> Result<HttpResponse> {
        const std::size_t limit = std::stoul(test::parameter(request.target, "limit"));
        return page_of(test::slice_of(all, test::parameter(request.target, "marker"), limit, inclusive));
    };
}

SourceConfig config_of(unsigned limit = 0)
{
    auto config = test::source_of(Provider::cloudimages);
    config.page_size = limit;
    return config;
}

TEST(CloudimagesAdapter, AnInclusiveAndAnExclusiveMarkerGiveTheSameList)
{
    for (const bool inclusive : {false, true}) {
        for (std::size_t total = 0; total <= 13; ++total) {
            for (const unsigned limit : {2u, 3u, 4u, 13u, 500u}) {
                AdapterHarness c(config_of(limit));
                c.http.answer_with(cloud(test::some_ids(total), inclusive));

                const auto result = c.drain();

                EXPECT_TRUE(result.complete) << total << " by " << limit << " " << result.reason;
                EXPECT_EQ(c.ids, test::some_ids(total)) << "each exactly once, " << total << " by " << limit;
            }
        }
    }
}

TEST(CloudimagesAdapter, PutsTheRegionInThePath)
{
    AdapterHarness c(config_of());
    c.http.answer_with(cloud({"a"}, false));

    c.drain();

    EXPECT_EQ(c.requests(),
              (Ids{"GET /v1/cloudimages/cn-north-4?limit=500", "GET /v1/cloudimages/cn-north-4?limit=500&marker=a"}));
}

TEST(CloudimagesAdapter, KnowsTheServicesHost)
{
    auto config = config_of();
    config.endpoint.reset();
    AdapterHarness c(config);
    c.http.answer_with(cloud({"a"}, false));

    ASSERT_TRUE(c.page());

    EXPECT_EQ(c.http.request(0).endpoint.host, "iecs.myhuaweicloud.com");
    EXPECT_TRUE(c.http.request(0).endpoint.tls);
}

TEST(CloudimagesAdapter, HoldsThePageSizeWithinWhatTheServiceTakes)
{
    for (const auto& [configured, asked] : {std::pair{0u, "500"}, {1u, "2"}, {100u, "100"}, {1000u, "500"}}) {
        AdapterHarness c(config_of(configured));
        c.http.answer_with(cloud({}, false));
        c.page();
        EXPECT_EQ(test::parameter(c.http.request(0).target, "limit"), asked);
    }
}

TEST(CloudimagesAdapter, AServiceThatIgnoresTheMarkerEndsAsALoop)
{
    AdapterHarness c(config_of(3));
    c.http.answer_with([](const HttpRequest&) -> Result<HttpResponse> { return page_of({"a", "b", "c"}); });

    const auto result = c.drain();

    EXPECT_EQ(result.reason, "repeated_marker");
    EXPECT_FALSE(result.complete);
    EXPECT_EQ(c.http.calls().size(), 2u);
}

TEST(CloudimagesAdapter, AServiceThatSendsLessThanAskedForIsReadToItsEnd)
{
    for (const bool inclusive : {false, true}) {
        AdapterHarness c(config_of(500));
        c.http.answer_with([inclusive](const HttpRequest& request) -> Result<HttpResponse> {
            const auto marker = test::parameter(request.target, "marker");
            return page_of(test::slice_of(test::some_ids(20), marker, 7, inclusive));
        });

        EXPECT_TRUE(c.drain().complete);
        EXPECT_EQ(c.ids, test::some_ids(20));
    }
}

TEST(CloudimagesAdapter, AShortListOfAServiceThatIgnoresTheMarkerIsWhole)
{
    AdapterHarness c(config_of(500));
    c.http.answer_with([](const HttpRequest&) -> Result<HttpResponse> { return page_of({"a", "b", "c"}); });

    EXPECT_TRUE(c.drain().complete);
    EXPECT_EQ(c.http.calls().size(), 2u);
}

TEST(CloudimagesAdapter, AServiceThatIgnoresTheLimitIsReadToItsEnd)
{
    AdapterHarness c(config_of(3));
    c.http.answer_with([](const HttpRequest& request) -> Result<HttpResponse> {
        return page_of(test::slice_of(test::some_ids(20), test::parameter(request.target, "marker"), 1000));
    });

    EXPECT_TRUE(c.drain().complete);
    EXPECT_EQ(c.ids, test::some_ids(20));
}

TEST(CloudimagesAdapter, AFullPageOfRowsWithoutIdsIsAnError)
{
    AdapterHarness c(config_of(2));
    c.http.reply(200, R"({"images":[{},{}]})");

    EXPECT_EQ(test::error_class_of(c.page()), ErrorClass::upstream_protocol);
}

TEST(CloudimagesAdapter, NamesTheGatewaysRefusals)
{
    for (const auto& [status, code, expected] : {std::tuple{429, "APIGW.0308", ErrorClass::throttled},
                                                 {405, "APIGW.0501", ErrorClass::upstream_forbidden},
                                                 {404, "APIGW.0101", ErrorClass::not_found},
                                                 {502, "APIGW.0201", ErrorClass::upstream_unavailable}}) {
        AdapterHarness c(config_of());
        c.http.reply(status, std::string(R"({"error_msg":"x","error_code":")") + code + R"(","request_id":"r"})");
        EXPECT_EQ(test::error_class_of(c.page()), expected) << code;
    }
}

TEST(CloudimagesAdapter, CannotDelete)
{
    AdapterHarness c(config_of());

    EXPECT_FALSE(c.remove("a"));
    EXPECT_TRUE(c.http.calls().empty());
    EXPECT_EQ(c.adapter->describe_remove("a"), "");
}

} // namespace
} // namespace polyglance::cloudimages
