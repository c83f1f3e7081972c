#include <gtest/gtest.h>

#include "adapters/nova/adapter.hpp"
#include "tests/adapters/adapter_harness.hpp"
#include "tests/support/recording.hpp"

namespace polyglance::nova {
namespace {

using test::AdapterHarness;
using test::Ids;
using test::recorded;

std::string row(const std::string& id)
{
    return R"({"id":")" + id + R"(","name":"n","links":[{"rel":"self","href":"x"}]})";
}

std::string page_of(const std::string& rows, const std::string& next = "")
{
    const std::string link = next.empty() ? "" : R"(,"images_links":[{"rel":"next","href":")" + next + "\"}]";
    return R"({"images":)" + rows + link + "}";
}

SourceConfig config_of(std::string prefix, unsigned limit = 0, NovaListing listing = NovaListing::detail)
{
    auto config = test::source_of(Provider::nova, std::move(prefix));
    config.page_size = limit;
    config.nova_listing = listing;
    return config;
}

/// As the real one pages: a next link on a full page, but none when more than its own maximum was asked for.
test::ScriptedHttpClient::Handler cloud(Ids all, std::size_t max_limit)
{
    return [all = std::move(all), max_limit](const HttpRequest& request) -> Result<HttpResponse> {
        const std::size_t limit = std::stoul(test::parameter(request.target, "limit"));
        const auto ids = test::slice_of(all, test::parameter(request.target, "marker"), limit);
        const bool link = ids.size() == std::min(limit, max_limit);
        const auto next = link ? "http://10.0.0.1/v2.1/images?limit=9&marker=" + ids.back() : "";
        return HttpResponse{.status = 200, .headers = {}, .body = page_of(test::json_rows(ids, row), next)};
    };
}

TEST(NovaAdapter, PagesToTheTrueEnd)
{
    AdapterHarness n(config_of("/v2.1", 4));
    n.http.answer_with(cloud(test::some_ids(10), 1000));

    const auto result = n.drain();

    EXPECT_TRUE(result.complete);
    EXPECT_EQ(n.ids, test::some_ids(10));
    EXPECT_EQ(n.requests(), (Ids{"GET /v2.1/images/detail?limit=4&page_size=4",
                                 "GET /v2.1/images/detail?limit=4&page_size=4&marker=a03",
                                 "GET /v2.1/images/detail?limit=4&page_size=4&marker=a07"}));
    EXPECT_TRUE(n.stayed_at_home());
}

TEST(NovaAdapter, AnExactlyFullLastPageLeadsToAnEmptyOne)
{
    AdapterHarness n(config_of("/v2.1", 5));
    n.http.answer_with(cloud(test::some_ids(10), 1000));

    EXPECT_TRUE(n.drain().complete);
    EXPECT_EQ(n.ids, test::some_ids(10));
    EXPECT_EQ(n.http.calls().size(), 3u);
}

TEST(NovaAdapter, AFullPageWithoutALinkIsNotTheEnd)
{
    AdapterHarness n(config_of("/v2.1", 5));
    n.http.answer_with(cloud(test::some_ids(12), 3));

    EXPECT_TRUE(n.drain().complete);
    EXPECT_EQ(n.ids, test::some_ids(12));
}

TEST(NovaAdapter, WalksRecordedPages)
{
    AdapterHarness n(config_of("/v2.1", 2, NovaListing::brief));
    n.http.reply(200, recorded("nova-list-limit2").response.body);
    n.http.reply(200, recorded("nova-list-page2").response.body);

    const auto first = n.page();
    const auto second = n.page(first->next_marker);

    EXPECT_EQ(first->next_marker, "8e0de3b8-beaa-58f5-8712-61e9f0535bd3");
    EXPECT_EQ(second->next_marker, "3d7d9aff-7b87-547d-89b0-8cd2b8449649");
    EXPECT_EQ(n.requests().at(1), "GET /v2.1/images?limit=2&page_size=2&marker=8e0de3b8-beaa-58f5-8712-61e9f0535bd3");
    EXPECT_EQ(n.ids.size(), 4u);
}

TEST(NovaAdapter, ReadsARecordedDetailedList)
{
    AdapterHarness n(config_of("/v2.1"));
    n.http.reply(200, recorded("nova-detail-limit2").response.body);

    ASSERT_TRUE(n.page());

    ASSERT_EQ(n.images.size(), 2u);
    EXPECT_EQ(n.images[0].status, Status::active);
    EXPECT_TRUE(n.images[0].size_bytes);
}

TEST(NovaAdapter, ARecordedCappedCloudIsReadWhole)
{
    AdapterHarness n(config_of("/v2.1", 0, NovaListing::brief));
    n.http.reply(200, recorded("capped-nova-limit-5000").response.body);

    EXPECT_TRUE(n.drain().complete);
    EXPECT_EQ(n.ids.size(), 34u);
}

TEST(NovaAdapter, UsesThePrefixAsItIsAndAsksForTheConfiguredList)
{
    for (const std::string prefix : {"/v2", "/v2.1", "/v2/058c2dfef5", "/v2.1/058c2dfef5"}) {
        for (const auto listing : {NovaListing::detail, NovaListing::brief}) {
            AdapterHarness n(config_of(prefix, 0, listing));
            n.http.reply(200, page_of("[]"));
            n.page();
            const std::string path = listing == NovaListing::detail ? "/images/detail" : "/images";
            EXPECT_EQ(n.http.request(0).target, prefix + path + "?limit=500&page_size=500");
        }
    }
}

TEST(NovaAdapter, NeverAsksForMoreThanAThousand)
{
    AdapterHarness n(config_of("/v2", 5000));
    n.http.reply(200, page_of("[]"));
    n.page();

    EXPECT_EQ(n.http.request(0).target, "/v2/images/detail?limit=1000&page_size=1000");
}

TEST(NovaAdapter, NeverSendsAMicroversion)
{
    AdapterHarness n(config_of("/v2.1"));
    n.http.reply(200, page_of("[" + row("a") + "]"));
    n.http.reply(204);
    n.page();
    n.remove("a");

    for (const auto& call : n.http.calls()) {
        EXPECT_EQ(find_header(call.request.headers, "OpenStack-API-Version"), "");
        EXPECT_EQ(find_header(call.request.headers, "X-OpenStack-Nova-API-Version"), "");
    }
}

TEST(NovaAdapter, OnlyTheMarkerOfANextLinkIsUsed)
{
    for (const std::string next :
         {"http://evil.example/v2.1/images?marker=m1", "/v2/images?limit=1&marker=m1", "//evil.example?marker=m1",
          "http://u:p@127.0.0.1:1/?marker=m1", "file:///x?marker=m1"}) {
        AdapterHarness n(config_of("/v2.1"));
        n.http.reply(200, page_of("[" + row("a") + "]", next));
        n.http.reply(200, page_of("[]"));

        const auto page = n.page();
        ASSERT_TRUE(page);
        n.page(page->next_marker);

        EXPECT_TRUE(n.stayed_at_home()) << next;
        EXPECT_EQ(n.requests().at(1), "GET /v2.1/images/detail?limit=500&page_size=500&marker=m1") << next;
    }
}

TEST(NovaAdapter, ALinkWithoutAMarkerGoesOnFromTheLastId)
{
    AdapterHarness n(config_of("/v2.1"));
    n.http.reply(200, page_of("[" + row("a") + "," + row("b") + "]", "http://x/images?limit=2"));
    EXPECT_EQ(n.page()->next_marker, "b");

    n.http.reply(200, page_of("[]", "http://x/images?limit=2"));
    EXPECT_EQ(test::error_class_of(n.page()), ErrorClass::upstream_protocol);
}

TEST(NovaAdapter, OtherLinksAreNoNextPage)
{
    AdapterHarness n(config_of("/v2.1"));
    for (const std::string links :
         {R"([{"rel":"previous","href":"/x?marker=m"}])", "[]", "null", "7", R"([{"rel":"next"}])"}) {
        n.http.reply(200, R"({"images":[],"images_links":)" + links + "}");
        EXPECT_EQ(n.page()->next_marker, "") << links;
    }
}

TEST(NovaAdapter, TakesASingleObjectWhereTheListBelongs)
{
    AdapterHarness n(config_of("/v2.1"));
    n.http.reply(200, R"({"image":)" + row("only") + "}");

    EXPECT_TRUE(n.drain().complete);
    EXPECT_EQ(n.ids, Ids{"only"});
}

TEST(NovaAdapter, AMarkerThatIsGoneIsNamed)
{
    AdapterHarness n(config_of("/v2.1"));
    const auto gone = recorded("nova-marker-unknown").response;
    n.http.reply(gone.status, gone.body);

    EXPECT_EQ(test::error_class_of(n.page("00000000-0000-0000-0000-000000000007")), ErrorClass::marker_gone);
}

TEST(NovaAdapter, DeletesOnceItKnowsThatThisIsNova)
{
    AdapterHarness n(config_of("/v2.1/058c2dfef5"));
    n.http.reply(200, recorded("nova-v2-list").response.body);
    n.http.reply(204);
    n.http.reply(404, recorded("nova-delete-404").response.body);

    EXPECT_TRUE(n.remove("1af5dc09"));
    EXPECT_EQ(test::error_class_of(n.remove("1af5dc09")), ErrorClass::not_found);

    EXPECT_EQ(n.requests(),
              (Ids{"GET /v2.1/058c2dfef5/images?limit=1&page_size=1", "DELETE /v2.1/058c2dfef5/images/1af5dc09",
                   "DELETE /v2.1/058c2dfef5/images/1af5dc09"}));
    EXPECT_EQ(n.adapter->describe_remove("1af5dc09"), "DELETE /v2.1/058c2dfef5/images/1af5dc09");
}

TEST(NovaAdapter, NeverSendsDeleteToWhatIsNotNova)
{
    for (const std::string& body : {recorded("glance-list-limit2").response.body, std::string(R"({"images":[]})"),
                                    std::string(R"({"images":[{"id":"a"}]})")}) {
        AdapterHarness n(config_of("/v2"));
        n.http.answer_with([&](const HttpRequest&) -> Result<HttpResponse> {
            return HttpResponse{.status = 200, .headers = {}, .body = body};
        });
        n.page();

        EXPECT_EQ(test::error_class_of(n.remove("a")), ErrorClass::upstream_protocol);
        for (const auto& request : n.requests()) {
            EXPECT_TRUE(request.starts_with("GET ")) << request;
        }
    }
}

TEST(NovaAdapter, AServiceThatTurnsIntoGlanceLosesItsConfirmation)
{
    AdapterHarness n(config_of("/v2"));
    n.http.reply(200, page_of("[" + row("a") + "]"));
    EXPECT_TRUE(n.page());
    n.http.answer_with([](const HttpRequest&) -> Result<HttpResponse> {
        return HttpResponse{.status = 200, .headers = {}, .body = recorded("glance-list-limit2").response.body};
    });
    EXPECT_FALSE(n.page());

    EXPECT_EQ(test::error_class_of(n.remove("a")), ErrorClass::upstream_protocol);
}

TEST(NovaAdapter, AListOfGlanceIsRefusedWhole)
{
    AdapterHarness n(config_of("/v2"));
    n.http.reply(200, recorded("glance-list-limit2").response.body);

    EXPECT_EQ(test::error_class_of(n.page()), ErrorClass::upstream_protocol);
    EXPECT_TRUE(n.ids.empty());
}

TEST(NovaAdapter, ADeleteThatNovaAnswersWith500IsAConflictOnlyWhereItSaysSo)
{
    const auto removed = [](const std::string& message) {
        AdapterHarness n(config_of("/v2.1"));
        n.http.reply(200, page_of("[" + row("a") + "]"));
        n.http.reply(500, R"({"computeFault":{"code":500,"message":")" + message + "\"}}");
        return n.remove("a").error();
    };

    EXPECT_EQ(removed("Unexpected API Error. <class 'glanceclient.exc.HTTPConflict'>").error_class,
              ErrorClass::conflict);
    EXPECT_FALSE(removed("Image a is in use").sent);
    const auto other = removed("Unexpected API Error. <class 'nova.exception.GlanceConnectionFailed'>");
    EXPECT_EQ(other.error_class, ErrorClass::upstream_unavailable);
    EXPECT_TRUE(other.sent);
}

TEST(NovaAdapter, ADeleteOfAProtectedImageIsForbidden)
{
    AdapterHarness n(config_of("/v2.1"));
    n.http.reply(200, page_of("[" + row("a") + "]"));
    n.http.reply(403, recorded("nova-delete-protected").response.body);

    EXPECT_EQ(test::error_class_of(n.remove("a")), ErrorClass::upstream_forbidden);
}

TEST(NovaAdapter, AsksForChanges)
{
    AdapterHarness c(test::source_of(Provider::nova));
    c.http.reply(200, R"({"images":[]})");
    PageRequest request{
        .marker = "", .deadline = c.in_a_minute(), .changed_since = parse_timestamp("2024-02-03T04:05:06Z")};

    EXPECT_TRUE(test::run(c.loop, c.adapter->fetch_page(std::move(request), c.receiver)));

    EXPECT_EQ(test::parameter(c.http.request(0).target, "changes-since"), "2024-02-03T04:05:06Z");
}

} // namespace
} // namespace polyglance::nova
