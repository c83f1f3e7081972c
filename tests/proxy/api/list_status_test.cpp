#include <gtest/gtest.h>

#include "tests/proxy/api/api_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

/// Status codes of a list, unified API 4.
class ListStatus : public testing::Test {
protected:
    ListStatus() { api.configure({a_source("a"), a_source("b")}); }

    ApiHarness api;
};

TEST_F(ListStatus, OneSourceWithDataIsEnough)
{
    api.publish("a", {an_image("1", "one")});
    api.fail("b", ErrorClass::timeout);

    const auto answer = api.get("/v1/images");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json()["complete"], false);
    EXPECT_EQ(answer.json()["page"]["total_is"], "lower_bound");
    EXPECT_EQ(answer.headers.at("Cache-Control"), "private, max-age=0");
}

TEST_F(ListStatus, StaleDataIsData)
{
    api.publish("a", {an_image("1", "one")});
    api.publish("b", {});
    api.clock.advance(10min);
    api.fail("a", ErrorClass::upstream_unavailable);
    api.fail("b", ErrorClass::upstream_unavailable);

    const auto answer = api.get("/v1/images");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json()["complete"], true);
    EXPECT_EQ(answer.json()["images"].size(), 1u);
}

TEST_F(ListStatus, PartialDataIsDataButNotComplete)
{
    api.publish("a", {an_image("1", "one")});
    api.publish("b", {an_image("2", "two")});
    api.change("b", [](SourceStatus& status) { status.rows_rejected = 1; });

    const auto answer = api.get("/v1/images").json();

    EXPECT_EQ(answer["sources"][1]["state"], "partial");
    EXPECT_EQ(answer["complete"], false);
    EXPECT_EQ(answer["page"]["total_is"], "lower_bound");
}

TEST_F(ListStatus, AllSkippedIsAnEmptyList)
{
    const auto answer = api.get("/v1/images?deleted_at=2020-01-01T00:00:00Z");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json()["images"].size(), 0u);
    EXPECT_EQ(answer.json()["complete"], true);
}

TEST_F(ListStatus, NoSourceIsAnEmptyList)
{
    api.configure({});

    const auto answer = api.get("/v1/images").json();

    EXPECT_EQ(answer["sources"].size(), 0u);
    EXPECT_EQ(answer["complete"], true);
    EXPECT_EQ(answer["page"]["total"], 0);
}

TEST_F(ListStatus, AllFailedIs502)
{
    api.fail("a", ErrorClass::upstream_auth);
    api.fail("b", ErrorClass::throttled);

    const auto answer = api.get("/v1/images");

    EXPECT_EQ(answer.status, 502);
    EXPECT_EQ(answer.code(), "all_sources_failed");
    EXPECT_EQ(answer.json()["sources"].size(), 2u);
    EXPECT_EQ(answer.json()["sources"][0]["error"]["class"], "upstream_auth");
    EXPECT_EQ(answer.headers.at("Cache-Control"), "no-store");
    EXPECT_EQ(answer.headers.at("Content-Type"), "application/problem+json");
}

TEST_F(ListStatus, AllFailedAndOneTimedOutIs504)
{
    api.fail("a", ErrorClass::upstream_auth);
    api.fail("b", ErrorClass::timeout);

    const auto answer = api.get("/v1/images");

    EXPECT_EQ(answer.status, 504);
    EXPECT_EQ(answer.code(), "all_sources_failed");
}

TEST_F(ListStatus, WhatOnlyNeedsTimeIs503WithRetryAfter)
{
    api.fail("a", ErrorClass::throttled, 17s);
    api.fail("b", ErrorClass::timeout, 40s);
    api.change("b", [](SourceStatus& status) { status.circuit = CircuitState::open; });

    const auto resting = api.get("/v1/images");
    api.configure({a_source("c")});
    const auto pending = api.get("/v1/images?wait_ms=0");

    EXPECT_EQ(resting.status, 503);
    EXPECT_EQ(resting.headers.at("Retry-After"), "17");
    EXPECT_EQ(pending.status, 503);
    EXPECT_EQ(pending.headers.at("Retry-After"), "1");
    EXPECT_EQ(pending.json()["sources"][0]["state"], "pending");
}

TEST_F(ListStatus, FailedBesideSkippedIsFailed)
{
    auto ali = a_source("ali");
    ali.provides = {"name"};
    api.configure({a_source("a"), ali});
    api.fail("a", ErrorClass::upstream_protocol);

    EXPECT_EQ(api.get("/v1/images?status=active").status, 502);
}

TEST_F(ListStatus, OnPartialSetsTheBar)
{
    api.publish("a", {});
    api.fail("b", ErrorClass::upstream_auth);
    EXPECT_EQ(api.get("/v1/images?on_partial=allow").status, 200);
    EXPECT_EQ(api.get("/v1/images?on_partial=fail").code(), "incomplete");
    EXPECT_EQ(api.get("/v1/images?on_partial=fresh").code(), "incomplete");

    api.publish("b", {});
    api.clock.advance(1min);
    EXPECT_EQ(api.get("/v1/images?on_partial=fail").status, 200);
    const auto stale = api.get("/v1/images?on_partial=fresh");
    EXPECT_EQ(stale.status, 503);
    EXPECT_EQ(stale.code(), "incomplete");
    EXPECT_EQ(stale.json()["sources"].size(), 2u);
    EXPECT_TRUE(stale.headers.contains("Retry-After"));

    api.publish("a", {});
    api.publish("b", {});
    EXPECT_EQ(api.get("/v1/images?on_partial=fresh").status, 200);
}

TEST_F(ListStatus, UnknownSourceIs400)
{
    const auto answer = api.get("/v1/images?source=nosuch");

    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.code(), "unknown_source");
}

} // namespace
} // namespace polyglance::test
