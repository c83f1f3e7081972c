#include <gtest/gtest.h>

#include "tests/proxy/api/api_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;
using Sources = FakeRefresh::Sources;

Headers cache_control(std::string value)
{
    return {{"Cache-Control", std::move(value)}};
}

/// When a list waits, for what, and how long.
class ListWait : public testing::Test {
protected:
    ListWait()
    {
        api.configure({a_source("a"), a_source("b")});
        api.publish("a", {an_image("1", "one")});
    }

    ApiHarness api;
};

TEST_F(ListWait, ColdSourceIsWaitedForWithinTheBudget)
{
    api.refresh.during_wait = [&] { api.publish("b", {an_image("2", "two")}); };
    const auto asked_at = api.clock.steady_now();

    const auto answer = api.get("/v1/images?wait_ms=700");

    EXPECT_EQ(answer.json()["images"].size(), 2u);
    EXPECT_EQ(answer.json()["complete"], true);
    EXPECT_EQ(answer.headers.at("Cache-Status"), "polyglance; fwd=uri-miss; stored; ttl=60; detail=memory");
    EXPECT_EQ(api.refresh.waited_for, std::vector<Sources>{{"b"}});
    EXPECT_EQ(api.refresh.deadlines, std::vector<Deadline>{asked_at + 700ms});
    EXPECT_EQ(api.refresh.touched.front(), (Sources{"a", "b"}));
}

TEST_F(ListWait, WhatIsNotThereInTimeIsPending)
{
    const auto answer = api.get("/v1/images").json();

    EXPECT_EQ(answer["sources"][1]["state"], "pending");
    EXPECT_TRUE(answer["sources"][1]["matched"].is_null());
    EXPECT_EQ(answer["complete"], false);
    EXPECT_EQ(answer["images"].size(), 1u);
}

TEST_F(ListWait, ABudgetOfNothingWaitsForNothing)
{
    api.get("/v1/images?wait_ms=0");

    EXPECT_TRUE(api.refresh.idle());
    EXPECT_EQ(api.refresh.touched.size(), 1u);
}

TEST_F(ListWait, FailedSourcesDoNotDelay)
{
    api.fail("b", ErrorClass::upstream_unavailable);
    api.get("/v1/images");
    api.clock.advance(31s);
    api.change("b", [](SourceStatus& status) { status.circuit = CircuitState::open; });
    api.get("/v1/images", cache_control("no-cache, max-age=3"));

    EXPECT_TRUE(api.refresh.waited_for.empty());
    EXPECT_EQ(api.refresh.refreshed, std::vector<Sources>{{"a"}});
}

TEST_F(ListWait, StaleDataIsServedAtOnce)
{
    api.publish("b", {});
    api.clock.advance(1h);

    EXPECT_EQ(api.get("/v1/images").headers.at("Cache-Status"), "polyglance; hit; ttl=-3540; detail=memory");
    EXPECT_TRUE(api.refresh.idle());
}

TEST_F(ListWait, NoCacheReadsAgainWhatIsOlderThanMinRefresh)
{
    api.clock.advance(6s);
    api.publish("b", {});
    api.refresh.during_refresh = [&] { api.publish("a", {}); };

    for (const auto* value : {"no-cache", "max-age=0", "no-store", "No-Cache , foo=\"bar\""}) {
        api.refresh.refreshed.clear();
        api.refresh.not_before.clear();
        const auto answer = api.get("/v1/images", cache_control(value));
        EXPECT_EQ(api.refresh.refreshed, std::vector<Sources>{{"a"}}) << value;
        EXPECT_EQ(api.refresh.not_before, std::vector<Instant>{api.clock.now()}) << value;
        EXPECT_EQ(answer.headers.at("Cache-Status"), "polyglance; fwd=request; stored; ttl=60; detail=memory");
        api.publish("b", {});
        api.clock.advance(6s);
        api.publish("b", {});
    }
}

TEST_F(ListWait, MaxAgeReadsAgainWhatIsOlder)
{
    api.publish("b", {});
    api.clock.advance(20s);

    api.get("/v1/images", cache_control("max-age=20"));
    EXPECT_TRUE(api.refresh.idle());
    api.get("/v1/images", cache_control("max-age=19"));
    EXPECT_EQ(api.refresh.refreshed, (std::vector<Sources>{{"a", "b"}}));
    EXPECT_EQ(api.refresh.not_before, std::vector<Instant>{api.clock.now() - 19s});
}

TEST_F(ListWait, MaxStaleBoundsHowStale)
{
    api.publish("b", {});
    api.clock.advance(100s); // 40 s past the TTL

    for (const auto* value : {"max-stale", "max-stale=40", "max-age=60, max-stale=60", "max-stale=x"}) {
        api.get("/v1/images", cache_control(value));
        EXPECT_TRUE(api.refresh.idle()) << value;
    }
    api.get("/v1/images", cache_control("max-stale=39"));
    EXPECT_EQ(api.refresh.refreshed.size(), 1u);
    api.get("/v1/images", cache_control("max-age=60, max-stale=10"));
    EXPECT_EQ(api.refresh.refreshed.size(), 2u);
}

TEST_F(ListWait, OnlyIfCachedNeverCalls)
{
    const auto cold = api.get("/v1/images", cache_control("only-if-cached"));
    api.publish("b", {});
    const auto warm = api.get("/v1/images", cache_control("only-if-cached"));
    api.clock.advance(10s);
    const auto demanding = api.get("/v1/images", cache_control("only-if-cached, max-age=1"));

    EXPECT_EQ(cold.status, 504);
    EXPECT_EQ(cold.code(), "not_cached");
    EXPECT_EQ(warm.status, 200);
    EXPECT_EQ(demanding.code(), "not_cached");
    EXPECT_TRUE(api.refresh.idle());
    EXPECT_TRUE(api.refresh.touched.empty());
}

TEST_F(ListWait, ForcedRefreshAndColdSourceShareOneWait)
{
    api.clock.advance(10s);

    api.get("/v1/images", cache_control("no-cache"));

    EXPECT_EQ(api.refresh.refreshed, (std::vector<Sources>{{"a", "b"}}));
    EXPECT_TRUE(api.refresh.waited_for.empty());
}

} // namespace
} // namespace polyglance::test
