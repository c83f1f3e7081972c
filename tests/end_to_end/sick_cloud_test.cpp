#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/fleet.hpp"
#include "tests/support/running_app.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::FakeScript;
using test::Fleet;
using test::RunningApp;

std::chrono::milliseconds since(std::chrono::steady_clock::time_point began)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

nlohmann::json source_entry(const nlohmann::json& page, std::string_view id)
{
    for (const auto& source : page["sources"]) {
        if (source["id"] == id) {
            return source;
        }
    }
    return {};
}

TEST(SickCloud, AColdListAnswersInTimeAndSaysWhatIsMissing)
{
    Fleet fleet(100);
    fleet.backend(2).set_handler([](const test::FakeRequest&) { return FakeScript().hang(); });
    RunningApp app(fleet.sources());

    const auto began = std::chrono::steady_clock::now();
    const auto answer = app.get("/v1/images?limit=1000&wait_ms=1000");
    const auto took = since(began);

    ASSERT_EQ(answer.status, 200);
    const auto page = answer.json();
    EXPECT_EQ(page["images"].size(), 300u);
    EXPECT_FALSE(page["complete"].get<bool>());
    EXPECT_EQ(source_entry(page, "hw")["state"], "pending");
    EXPECT_EQ(source_entry(page, "gl")["state"], "fresh");
    EXPECT_EQ(page["page"]["total_is"], "lower_bound");
    EXPECT_NE(answer.header("Source-Status").find("hw;state=pending"), std::string_view::npos);
    RecordProperty("answer_ms", static_cast<int>(took.count()));
    EXPECT_GE(took, 1000ms);
    EXPECT_LT(took, 5000ms); // the figure is recorded; a loaded machine must not fail the test
}

TEST(SickCloud, AWarmListDoesNotNotice)
{
    Fleet fleet(100);
    CacheConfig cache;
    cache.min_refresh = 1ms;
    auto sources = fleet.sources();
    for (auto& source : sources) {
        source.ttl = 50ms;
        source.request_timeout = 200ms;
        source.drain_timeout = 400ms;
    }
    RunningApp app(sources, std::nullopt, cache);
    ASSERT_EQ(app.get("/v1/images?limit=1000&wait_ms=20000").json()["images"].size(), 400u);
    fleet.backend(2).set_handler([](const test::FakeRequest&) { return FakeScript().hang(); });

    // Until the hung backend has cost its source a drain: every answer on the way is whole.
    for (int i = 0; i < 20'000; ++i) {
        const auto answer = app.get("/v1/images?limit=1000");
        ASSERT_EQ(answer.status, 200);
        const auto page = answer.json();
        ASSERT_EQ(page["images"].size(), 400u);
        if (!source_entry(page, "hw")["error"].is_null()) {
            EXPECT_EQ(source_entry(page, "hw")["state"], "stale");
            EXPECT_EQ(source_entry(page, "hw")["error"]["class"], "timeout");
            return;
        }
    }
    FAIL() << "the hung backend was never noticed";
}

TEST(SickCloud, AllCloudsDownIsAnErrorAndNotAnEmptyList)
{
    Fleet fleet(1);
    for (std::size_t i = 0; i < Fleet::size; ++i) {
        fleet.backend(i).set_handler([](const test::FakeRequest&) { return test::FakeReply{.status = 500}; });
    }
    RunningApp app(fleet.sources());

    const auto answer = app.get("/v1/images?wait_ms=20000");

    EXPECT_EQ(answer.status, 502);
    EXPECT_EQ(answer.json()["code"], "all_sources_failed");
    EXPECT_EQ(answer.json()["sources"].size(), 4u);
}

TEST(SickCloud, HealthNeverDependsOnOneCloud)
{
    Fleet fleet(5);
    fleet.backend(0).set_handler([](const test::FakeRequest&) { return test::FakeReply{.status = 503}; });
    RunningApp app(fleet.sources());
    app.get("/v1/images?wait_ms=20000");

    EXPECT_EQ(app.get("/livez").status, 200);
    EXPECT_EQ(app.get("/readyz").status, 200);
    const auto verbose = app.get("/readyz?verbose").body;
    EXPECT_NE(verbose.find("[-]source gl upstream_unavailable"), std::string::npos) << verbose;
    EXPECT_EQ(test::get(app.app().admin_port(), "/livez").status, 200);
}

TEST(SickCloud, MetricsNameEverySource)
{
    Fleet fleet(5);
    RunningApp app(fleet.sources());
    app.get("/v1/images?wait_ms=20000");

    const auto metrics = test::get(app.app().admin_port(), "/metrics").body;

    EXPECT_NE(metrics.find(R"(polyglance_source_images{source="gl"} 5)"), std::string::npos) << metrics;
    EXPECT_NE(metrics.find(R"(polyglance_source_state{source="al",state="fresh"} 1)"), std::string::npos);
    EXPECT_NE(metrics.find(R"(polyglance_http_requests_total{route="/v1/images",status="200"} 1)"), std::string::npos);
    EXPECT_EQ(app.get("/metrics").status, 404);
}

} // namespace
} // namespace polyglance
