#include <gtest/gtest.h>

#include "adapters/glance/adapter.hpp"
#include "tests/adapters/adapter_harness.hpp"
#include "tests/support/recording.hpp"

namespace polyglance::glance {
namespace {

using test::AdapterHarness;
using test::Ids;
using test::recorded;

std::string row(const std::string& id)
{
    return R"({"id":")" + id + R"(","name":"n","status":"active","visibility":"public"})";
}

std::string hidden_row(const std::string& id)
{
    return R"({"id":")" + id + R"(","status":"active","visibility":"public","os_hidden":true})";
}

std::string page_of(const std::string& rows, const std::string& next = "")
{
    const std::string link = next.empty() ? "" : R"(,"next":")" + next + "\"";
    return R"({"images":)" + rows + R"(,"first":"/v2/images","schema":"/v2/schemas/images")" + link + "}";
}

/// As the real one pages: trims to its own maximum; every full page has a next link, also when nothing follows.
test::ScriptedHttpClient::Handler cloud(Ids all, std::size_t most)
{
    return [all = std::move(all), most](const HttpRequest& request) -> Result<HttpResponse> {
        if (test::parameter(request.target, "os_hidden") == "true") {
            return HttpResponse{.status = 200, .headers = {}, .body = page_of("[]")};
        }
        const std::size_t limit = std::min<std::size_t>(std::stoul(test::parameter(request.target, "limit")), most);
        const auto ids = test::slice_of(all, test::parameter(request.target, "marker"), limit);
        const auto next = ids.size() == limit ? "/v2/images?limit=9&marker=" + ids.back() : "";
        return HttpResponse{.status = 200, .headers = {}, .body = page_of(test::json_rows(ids, row), next)};
    };
}

struct Glance : AdapterHarness {
    explicit Glance(std::string prefix = "") : AdapterHarness(test::source_of(Provider::glance, std::move(prefix))) {}
};

TEST(GlanceAdapter, PagesToTheTrueEndUnderASmallerServerMaximum)
{
    Glance g;
    g.http.answer_with(cloud(test::some_ids(10), 3));

    const auto result = g.drain();

    EXPECT_TRUE(result.complete);
    EXPECT_EQ(g.ids, test::some_ids(10));
    EXPECT_EQ(g.requests(), (Ids{"GET /v2/images?limit=1000", "GET /v2/images?limit=1000&marker=a02",
                                 "GET /v2/images?limit=1000&marker=a05", "GET /v2/images?limit=1000&marker=a08",
                                 "GET /v2/images?limit=1000&os_hidden=true"}));
}

TEST(GlanceAdapter, AnExactlyFullLastPageLeadsToAnEmptyOne)
{
    Glance g;
    g.http.answer_with(cloud(test::some_ids(6), 3));

    EXPECT_TRUE(g.drain().complete);
    EXPECT_EQ(g.ids, test::some_ids(6));
    EXPECT_EQ(g.requests().size(), 4u);
}

TEST(GlanceAdapter, AShortPageWithANextLinkIsNotTheEnd)
{
    Glance g;
    g.http.reply(200, page_of("[" + row("a") + "]", "/v2/images?limit=1000&marker=z"));

    EXPECT_EQ(g.page()->next_marker, "z");
}

TEST(GlanceAdapter, WalksRecordedPages)
{
    Glance g;
    g.http.reply(200, recorded("capped-glance-limit-5000").response.body);
    g.http.reply(200, recorded("capped-glance-next").response.body);
    g.http.reply(200, recorded("glance-list-empty-next").response.body);

    const auto first = g.page();
    const auto second = g.page(first->next_marker);
    const auto last = g.page(second->next_marker);

    EXPECT_EQ(first->next_marker, "78093b64-06ca-554a-b8c1-a8046cd9accb");
    EXPECT_EQ(g.http.request(1).target, "/v2/images?limit=1000&marker=78093b64-06ca-554a-b8c1-a8046cd9accb");
    EXPECT_EQ(second->next_marker, "c4060009-1eb1-5e28-8d24-45ba746ab16d");
    EXPECT_EQ(last->next_marker, "");
    EXPECT_EQ(g.ids.size(), 6u);
    EXPECT_EQ(first->rejected + second->rejected, 0u);
}

TEST(GlanceAdapter, OnlyTheMarkerOfANextLinkIsUsed)
{
    for (const std::string next :
         {"http://evil.example/v2/images?marker=m%2F1", "https://127.0.0.1:1/v2/images?limit=1&marker=m%2F1",
          "//evil.example/?marker=m%2F1", "http://a:b@evil.example/?marker=m%2F1&token=x", "/v2/../../x?marker=m%2F1",
          "http://169.254.169.254/latest?marker=m%2F1", "file:///etc/passwd?marker=m%2F1", "\\\\evil?marker=m%2F1"}) {
        Glance g("/image");
        g.http.answer_with([&](const HttpRequest& request) -> Result<HttpResponse> {
            const bool first = test::parameter(request.target, "marker").empty();
            return HttpResponse{.status = 200,
                                .headers = {},
                                .body = first ? R"({"images":[],"next":")" + next + "\"}" : page_of("[]")};
        });

        const auto page = g.page();
        ASSERT_TRUE(page) << next;
        g.page(page->next_marker);

        EXPECT_TRUE(g.stayed_at_home()) << next;
        EXPECT_EQ(g.requests().at(1), "GET /image/v2/images?limit=1000&marker=m%2F1") << next;
    }
}

TEST(GlanceAdapter, ANextLinkWithoutAMarkerIsAnError)
{
    Glance g;
    g.http.reply(200, page_of("[]", "/v2/images?limit=1000"));

    EXPECT_EQ(test::error_class_of(g.page()), ErrorClass::upstream_protocol);
}

TEST(GlanceAdapter, KeepsThePrefixAndPutsTheVersionInOnce)
{
    for (const auto& [prefix, target] : {std::pair{"", "/v2/images?limit=1000"},
                                         {"/v2", "/v2/images?limit=1000"},
                                         {"/image", "/image/v2/images?limit=1000"},
                                         {"/image/v2", "/image/v2/images?limit=1000"}}) {
        Glance g(prefix);
        g.http.reply(200, page_of("[]"));
        g.page();
        EXPECT_EQ(g.http.request(0).target, target);
    }
}

TEST(GlanceAdapter, HiddenImagesAreASecondListAndMarked)
{
    Glance g;
    g.http.reply(200, page_of("[" + row("a") + "]"));
    g.http.reply(200, page_of("[" + hidden_row("h") + "]", "/v2/images?os_hidden=true&marker=h"));
    g.http.reply(200, page_of("[]"));

    EXPECT_TRUE(g.drain().complete);

    EXPECT_EQ(g.ids, (Ids{"a", "h"}));
    EXPECT_FALSE(g.images.at(0).hidden.value_or(false));
    EXPECT_TRUE(g.images.at(1).hidden.value_or(false));
    EXPECT_EQ(g.http.request(2).target, "/v2/images?limit=1000&os_hidden=true&marker=h");
}

TEST(GlanceAdapter, ReadsTheHiddenListOfARealCloud)
{
    Glance g;
    g.http.reply(200, recorded("glance-filter-hidden").response.body);

    ASSERT_TRUE(g.page("", 1));

    EXPECT_EQ(g.ids.size(), 2u);
    EXPECT_TRUE(g.images.at(0).hidden.value_or(false));
}

TEST(GlanceAdapter, ACloudThatDoesNotKnowHiddenImagesNeitherBreaksNorDoubles)
{
    {
        Glance ignores;
        ignores.http.answer_with([](const HttpRequest&) -> Result<HttpResponse> {
            return HttpResponse{.status = 200, .headers = {}, .body = page_of("[" + row("a") + "]")};
        });
        const auto result = ignores.drain();
        EXPECT_TRUE(result.complete);
        EXPECT_EQ(result.rows, 1u);
        EXPECT_EQ(ignores.ids, Ids{"a"});
    }
    {
        Glance refuses;
        refuses.http.reply(200, page_of("[" + row("a") + "]"));
        refuses.http.reply(400, R"({"message":"unknown filter","code":"400 Bad Request"})");
        EXPECT_TRUE(refuses.drain().complete);
        EXPECT_EQ(refuses.ids, Ids{"a"});
    }
}

TEST(GlanceAdapter, AFailingHiddenListMakesTheDrainIncomplete)
{
    Glance g;
    g.http.reply(200, page_of("[" + row("a") + "]"));
    g.http.reply(503);

    EXPECT_FALSE(g.drain().complete);
}

TEST(GlanceAdapter, TheSchemaTellsHuaweisDialectWhichHasOneList)
{
    Glance g;
    EXPECT_EQ(g.adapter->passes(), 2u);
    g.http.reply(200, R"({"name":"images","properties":{"images":{"type":"array","items":{"type":"object","properties":
        {"visibility":{"type":"string","enum":["public","private"]},"status":{"type":"string","enum":["active"]}}}}}})");
    ASSERT_TRUE(g.discover());
    EXPECT_EQ(g.http.request(0).target, "/v2/schemas/images");
    EXPECT_EQ(g.adapter->passes(), 1u);

    g.http.reply(200, recorded("glance-schema-images").response.body);
    ASSERT_TRUE(g.discover());
    EXPECT_EQ(g.adapter->passes(), 2u);
}

TEST(GlanceAdapter, AFailingSchemaDoesNotStopTheListing)
{
    Glance g;
    g.http.reply(404, R"({"message":"x","code":"404 Not Found"})");
    EXPECT_EQ(test::error_class_of(g.discover()), ErrorClass::not_found);
    g.http.reply(200, "no schema");
    g.discover();

    g.http.answer_with(cloud(test::some_ids(2), 10));

    EXPECT_TRUE(g.drain().complete);
    EXPECT_EQ(g.ids, test::some_ids(2));
}

TEST(GlanceAdapter, AMarkerThatIsGoneBeginsTheListAnew)
{
    Glance g;
    const auto gone = recorded("glance-marker-deleted");
    g.http.reply(200, page_of("[" + row("a") + "]", "/v2/images?marker=d0cf0b71-6e2c-4f67-8b8d-09fa9ec81190"));
    g.http.reply(gone.response.status, gone.response.body);
    g.http.answer_with(cloud({"a", "b"}, 10));

    const auto result = g.drain();

    EXPECT_TRUE(result.complete);
    EXPECT_EQ(g.ids, (Ids{"a", "a", "b"}));
}

TEST(GlanceAdapter, ALoopOfNextLinksEnds)
{
    Glance g;
    g.http.answer_with([n = 0](const HttpRequest&) mutable -> Result<HttpResponse> {
        return HttpResponse{.status = 200,
                            .headers = {},
                            .body = page_of("[" + row("i" + std::to_string(n++)) + "]", "/v2/images?marker=same")};
    });

    const auto result = g.drain();

    EXPECT_EQ(result.reason, "repeated_marker");
    EXPECT_EQ(g.http.calls().size(), 2u);
}

TEST(GlanceAdapter, AnswersThatAreNoListAreErrors)
{
    for (const std::string body : {"", "null", "[]", "7", "{}", R"({"images":null})", "<html></html>", R"({"images":[)",
                                   R"({"error":{"code":401,"message":"x"}})"}) {
        Glance g;
        g.http.reply(200, body);
        const auto page = g.page();
        ASSERT_FALSE(page) << body;
        EXPECT_EQ(test::error_class_of(page), ErrorClass::upstream_protocol) << body;
    }
}

TEST(GlanceAdapter, ARedirectIsAnErrorAndNotFollowed)
{
    Glance g;
    g.http.reply(302, "", {{"Location", "http://evil.example/"}});

    EXPECT_EQ(test::error_class_of(g.page()), ErrorClass::upstream_protocol);
    EXPECT_EQ(g.http.calls().size(), 1u);
}

TEST(GlanceAdapter, BadRowsAreCountedAndTheOthersKept)
{
    Glance g;
    g.http.set_slice_bytes(7);
    g.http.reply(200, page_of("[" + row("a") + R"(,{"name":"no id"},7,)" + row("b\xff") + "," + row("c") + "]"));

    const auto page = g.page();

    ASSERT_TRUE(page);
    EXPECT_EQ(g.ids, (Ids{"a", "c"}));
    EXPECT_EQ(page->rows, 5u);
    EXPECT_EQ(page->rejected, 3u);
}

TEST(GlanceAdapter, APageLargerThanConfiguredIsAnError)
{
    auto config = test::source_of(Provider::glance);
    config.max_page_bytes = 200;
    AdapterHarness g(config);
    g.http.reply(200, page_of(test::json_rows(test::some_ids(5), row)));

    EXPECT_EQ(test::error_class_of(g.page()), ErrorClass::upstream_protocol);
}

TEST(GlanceAdapter, AsksForThePageSizeConfiguredUpToTheMost)
{
    for (const auto& [configured, asked] : {std::pair{0u, "1000"}, {25u, "25"}, {5000u, "1000"}}) {
        auto config = test::source_of(Provider::glance);
        config.page_size = configured;
        AdapterHarness g(config);
        g.http.reply(200, page_of("[]"));
        g.page();
        EXPECT_EQ(test::parameter(g.http.request(0).target, "limit"), asked);
    }
}

TEST(GlanceAdapter, DeletesOnceItKnowsThatThisIsGlance)
{
    Glance g("/image/v2");
    g.http.reply(200, recorded("glance-list-limit2").response.body);
    g.http.reply(204);
    g.http.reply(404, recorded("glance-delete-404").response.body);

    EXPECT_TRUE(g.remove("2e5acc5f-72af"));
    EXPECT_EQ(test::error_class_of(g.remove("2e5acc5f-72af")), ErrorClass::not_found);

    EXPECT_EQ(g.requests(), (Ids{"GET /image/v2/images?limit=1", "DELETE /image/v2/images/2e5acc5f-72af",
                                 "DELETE /image/v2/images/2e5acc5f-72af"}));
    EXPECT_EQ(g.adapter->describe_remove("2e5acc5f-72af"), "DELETE /image/v2/images/2e5acc5f-72af");
}

TEST(GlanceAdapter, APageReadBeforeSavesTheCheck)
{
    Glance g;
    g.http.reply(200, page_of("[]"));
    g.page();
    g.http.reply(204);

    EXPECT_TRUE(g.remove("x"));
    EXPECT_EQ(g.requests().at(1), "DELETE /v2/images/x");
}

TEST(GlanceAdapter, NeverSendsDeleteToWhatIsNotGlance)
{
    for (const std::string& body : {recorded("nova-v2-list").response.body, std::string(R"({"images":[]})"),
                                    R"({"images":[)" + row("a") + "]}", std::string("<html></html>")}) {
        Glance g;
        g.http.answer_with([&](const HttpRequest&) -> Result<HttpResponse> {
            return HttpResponse{.status = 200, .headers = {}, .body = body};
        });

        EXPECT_EQ(test::error_class_of(g.remove("x")), ErrorClass::upstream_protocol);
        for (const auto& request : g.requests()) {
            EXPECT_TRUE(request.starts_with("GET ")) << request;
        }
    }
}

TEST(GlanceAdapter, AListOfNovaIsRefusedWhole)
{
    Glance g;
    g.http.reply(200, recorded("nova-v2-list").response.body);

    EXPECT_EQ(test::error_class_of(g.page()), ErrorClass::upstream_protocol);
    EXPECT_TRUE(g.ids.empty());
}

TEST(GlanceAdapter, RefusesIdsThatCouldLeaveTheImagePath)
{
    Glance g;
    for (const std::string id : {"", ".", "..", "a/b", "../x", "%2e%2e", "a?b", "a#b", "a b", "a\r\nb"}) {
        EXPECT_EQ(test::error_class_of(g.remove(id)), ErrorClass::upstream_bad_request) << id;
    }
    EXPECT_EQ(test::error_class_of(g.remove(std::string(256, 'x'))), ErrorClass::upstream_bad_request);
    EXPECT_TRUE(g.http.calls().empty());
}

TEST(GlanceAdapter, ADeleteAnsweredWith5xxMayHaveHappenedAndIsNotRepeated)
{
    Glance g;
    g.http.reply(200, page_of("[]"));
    g.http.reply(504);

    const auto removed = g.remove("x");

    EXPECT_EQ(test::error_class_of(removed), ErrorClass::upstream_unavailable);
    EXPECT_TRUE(removed.error().sent);
    EXPECT_EQ(g.http.calls().size(), 2u);
}

TEST(GlanceAdapter, ADeleteRefusedHasNotHappened)
{
    for (const auto& [status, expected] :
         {std::pair{403, ErrorClass::upstream_forbidden}, {409, ErrorClass::conflict}}) {
        Glance g;
        g.http.reply(200, page_of("[]"));
        g.http.reply(status);
        const auto removed = g.remove("x");
        EXPECT_EQ(test::error_class_of(removed), expected);
        EXPECT_FALSE(removed.error().sent);
    }
}

TEST(GlanceAdapter, SaysWhyAnImageIsKept)
{
    const auto obstacle = [](int status, std::string body) {
        Glance g;
        g.http.reply(200, page_of("[]"));
        g.http.reply(status, std::move(body));
        return g.remove("x").error().obstacle;
    };

    EXPECT_EQ(obstacle(403, recorded("glance-delete-protected").response.body), Obstacle::is_protected);
    EXPECT_EQ(obstacle(403, R"({"message":"You do not own this image"})"), Obstacle::none);
    EXPECT_EQ(obstacle(409, R"({"message":"Image x could not be deleted because it is in use: volume"})"),
              Obstacle::in_use);
}

TEST(GlanceAdapter, AsksForChangesInBothPasses)
{
    AdapterHarness c(test::source_of(Provider::glance));
    c.http.answer_with([](const HttpRequest&) -> Result<HttpResponse> {
        return HttpResponse{.status = 200, .headers = {}, .body = R"({"images":[]})"};
    });
    for (const std::size_t pass : {0U, 1U}) {
        PageRequest request{.pass = pass,
                            .marker = "",
                            .deadline = c.in_a_minute(),
                            .changed_since = parse_timestamp("2024-02-03T04:05:06Z")};
        EXPECT_TRUE(test::run(c.loop, c.adapter->fetch_page(std::move(request), c.receiver)));
        EXPECT_EQ(test::parameter(c.http.request(pass).target, "updated_at"), "gte:2024-02-03T04:05:06Z");
    }
    EXPECT_EQ(test::parameter(c.http.request(1).target, "os_hidden"), "true");
}

} // namespace
} // namespace polyglance::glance
