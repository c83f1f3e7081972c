#include <gtest/gtest.h>

#include "proxy/http/problem.hpp"
#include "tests/proxy/api/api_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

TEST(Index, LinksLeadSomewhere)
{
    ApiHarness api;
    const auto answer = api.get("/", {{"Accept", "text/html, */*;q=0.8"}}).json();

    EXPECT_EQ(answer["name"], "polyglance");
    for (const auto& link : answer["links"]) {
        EXPECT_LT(api.get(link.get<std::string>()).status, 400) << link;
    }
    EXPECT_EQ(api.get("/", {{"X-Forwarded-Prefix", "/clouds"}}).json()["links"]["images"], "/clouds/v1/images");
}

TEST(ProblemPage, ExplainsEveryCodeAsJsonOrHtml)
{
    ApiHarness api;
    for (const auto& kind : problem_kinds()) {
        const auto target = "/problems/" + std::string(kind.code);
        const auto json = api.get(target);
        const auto html = api.get(target, {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}});
        EXPECT_EQ(json.json()["code"], kind.code);
        EXPECT_EQ(html.headers.at("Content-Type"), "text/html; charset=utf-8");
        EXPECT_NE(html.body.find(std::to_string(kind.status)), std::string::npos);
        EXPECT_NE(json.headers.at("ETag"), html.headers.at("ETag"));
    }
    EXPECT_EQ(api.get("/problems/all_sources_failed").json()["cases"].size(), 3u);
    EXPECT_EQ(api.get("/problems/nosuch").code(), "not_found");
    EXPECT_EQ(api.get("/problems/internal", {{"Accept", "image/png"}}).code(), "not_acceptable");
}

TEST(Version, TellsWhatIsRunning)
{
    ApiHarness api;
    const auto answer = api.get("/version");

    EXPECT_EQ(answer.json()["version"], "1.2.3");
    EXPECT_EQ(answer.json()["libraries"]["boost"], "1.81");
    EXPECT_EQ(answer.json()["started_at"], "2026-01-02T03:00:00.000000Z");
    EXPECT_EQ(answer.headers.at("Cache-Control"), "no-store");
}

TEST(Health, LivenessFollowsTheLoops)
{
    ApiHarness api;
    EXPECT_EQ(api.get("/livez", {{"Accept", "application/grpc"}}).body, "ok\n");
    EXPECT_EQ(api.get("/healthz").status, 200);
    api.alive = false;
    EXPECT_EQ(api.get("/livez").status, 503);
    EXPECT_EQ(api.get("/healthz").status, 503);
    EXPECT_EQ(api.get("/livez").headers.at("Cache-Control"), "no-store");
}

TEST(Health, ReadinessDoesNotDependOnSources)
{
    ApiHarness api;
    api.configure({a_source("a")});
    api.fail("a", ErrorClass::timeout);

    EXPECT_EQ(api.get("/readyz").status, 200);
    api.readiness.draining = true;
    EXPECT_EQ(api.get("/readyz").code(), "draining");
    api.readiness = {};
    EXPECT_EQ(api.get("/readyz").code(), "not_ready");
    EXPECT_EQ(api.get("/readyz").status, 503);
}

TEST(Health, VerboseListsChecksAndSources)
{
    ApiHarness api;
    api.configure({a_source("a"), a_source("b")});
    api.publish("a", {});
    api.fail("b", ErrorClass::upstream_unavailable);
    api.readiness.checks.push_back({"redis", false, "not connected"});

    const auto answer = api.get("/readyz?verbose");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "[+]config ok\n"
                           "[-]redis not connected\n"
                           "[+]source a fresh\n"
                           "[-]source b upstream_unavailable since 2026-01-02T03:04:05.000000Z\n"
                           "ready\n");
    EXPECT_NE(answer.headers.at("Vary").find("Authorization"), std::string::npos) << "each caller has its own sources";
    api.readiness.ready = false;
    EXPECT_EQ(api.get("/readyz?verbose=1").status, 503);
}

} // namespace
} // namespace polyglance::test
