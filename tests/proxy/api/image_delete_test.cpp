#include <gtest/gtest.h>

#include "tests/proxy/api/api_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

SourceInfo deletable(std::string id)
{
    auto out = a_source(std::move(id));
    out.can_delete = true;
    out.allow_delete = true;
    return out;
}

class DeleteImage : public testing::Test {
protected:
    DeleteImage()
    {
        auto shut = deletable("shut");
        shut.allow_delete = false;
        auto unable = deletable("unable");
        unable.can_delete = false;
        api.configure({deletable("a"), shut, unable, deletable("cold")});
        auto guarded = an_image("guarded", "guarded");
        guarded.is_protected = true;
        for (const auto* id : {"a", "shut", "unable"}) {
            api.publish(id, {an_image("1", "one"), guarded});
        }
    }

    std::string outcome() const { return api.audits.empty() ? "" : api.audits.back().outcome; }

    ApiHarness api;
};

TEST_F(DeleteImage, DeletesUpstreamAndLeavesOneRecord)
{
    const auto answer = api.remove("/v1/images/a~1");

    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(api.refresh.removed, (std::vector<std::pair<std::string, std::string>>{{"a", "1"}}));
    ASSERT_EQ(api.audits.size(), 1u);
    EXPECT_EQ(api.audits[0].who, "anonymous");
    EXPECT_EQ(api.audits[0].peer, "127.0.0.1");
    EXPECT_EQ(api.audits[0].source, "a");
    EXPECT_EQ(api.audits[0].uid, "a~1");
    EXPECT_EQ(api.audits[0].request_id, "request-1");
    EXPECT_EQ(api.audits[0].outcome, "deleted");
}

TEST_F(DeleteImage, RefusesInTheOrderOfTheContract)
{
    const std::string other = R"("other")";
    const std::vector<std::tuple<std::string, int, std::string>> cases{
        {"/v1/images/nosuch~guarded", 404, "source_not_found"},
        {"/v1/images/unable~nosuch", 405, "not_supported_by_source"},
        {"/v1/images/shut~nosuch", 403, "delete_disabled"},
        {"/v1/images/a~nosuch", 404, "image_not_found"},
        {"/v1/images/a~guarded", 412, "precondition_failed"},
        {"/v1/images/a~1", 412, "precondition_failed"},
    };
    for (const auto& [target, status, code] : cases) {
        const auto answer = api.remove(target + "?dry_run=1", {{"If-Match", other}});
        EXPECT_EQ(answer.status, status) << target;
        EXPECT_EQ(answer.code(), code) << target;
        EXPECT_EQ(outcome(), code);
    }
    const auto protected_one = api.remove("/v1/images/a~guarded?dry_run=1");
    EXPECT_EQ(protected_one.status, 409);
    EXPECT_EQ(protected_one.code(), "image_protected");
    EXPECT_EQ(api.remove("/v1/images/unable~1").headers.at("Allow"), "GET, HEAD");
    EXPECT_TRUE(api.refresh.removed.empty());
}

TEST_F(DeleteImage, WrongRequestsAreRefusedFirst)
{
    EXPECT_EQ(api.remove("/v1/images/a~1?force=1").code(), "unknown_parameter");
    EXPECT_EQ(api.remove("/v1/images/a~1?dry_run=maybe").code(), "invalid_value");
    EXPECT_EQ(api.remove("/v1/images/nosuch~1", {{"Authorization", "Bearer a"}, {"X-Auth-Token", "b"}}).code(),
              "conflicting_credentials");
    EXPECT_TRUE(api.refresh.removed.empty());
}

TEST_F(DeleteImage, OddIdsAreNoImagesAndCauseNoCall)
{
    for (const std::string id :
         {"a~..",   "a~../1",    "a~..%2f1", "a~%2e%2e", "a~%2f1", "a~1%2f", "a~1%3fx=y", "a~1%23x",
          "a~1%00", "a~%0d%0a1", "a~%ff",    "a~",       "a",      "~1",     "~",         "%7e1",
          "..~1",   "a%2f..~1",  "A~1",      "a~1~1",    "a%00~1", "no~1",   "hw~1"}) {
        EXPECT_EQ(api.remove("/v1/images/" + id).status, 404) << id;
    }
    EXPECT_EQ(api.remove("/v1/images/a~" + std::string(300, '1')).status, 404);
    EXPECT_EQ(api.remove("/v1/images/" + std::string(300, 'a') + "~1").status, 404);
    EXPECT_TRUE(api.refresh.removed.empty());
}

TEST_F(DeleteImage, IfMatchTakesTheEtagOfAnyView)
{
    const auto etag = api.get("/v1/images/a~1?view=basic").headers.at("ETag");

    EXPECT_EQ(api.remove("/v1/images/a~1", {{"If-Match", etag}}).status, 204);
    EXPECT_EQ(api.remove("/v1/images/a~1", {{"If-Match", "*"}}).status, 204);
    EXPECT_EQ(api.remove("/v1/images/a~nosuch", {{"If-Match", "*"}}).status, 404);
}

TEST_F(DeleteImage, DryRunNamesTheCallAndMakesNone)
{
    const auto answer = api.remove("/v1/images/a~1?dry_run=1");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json(),
              (nlohmann::json{{"dry_run", true}, {"uid", "a~1"}, {"source", "a"}, {"call", "DELETE /v2/images/1"}}));
    EXPECT_TRUE(api.refresh.removed.empty());
    EXPECT_EQ(outcome(), "dry_run");
}

TEST_F(DeleteImage, WithoutASnapshotTheCloudDecides)
{
    EXPECT_EQ(api.remove("/v1/images/cold~1").status, 204);
    EXPECT_EQ(api.refresh.removed.size(), 1u);
    EXPECT_EQ(api.remove("/v1/images/cold~1", {{"If-Match", "\"x\""}}).code(), "source_unavailable");
    EXPECT_EQ(api.refresh.removed.size(), 1u);
}

TEST_F(DeleteImage, EveryUpstreamOutcomeHasItsAnswer)
{
    using enum ErrorClass;
    const std::vector<std::tuple<Error, int, std::string, bool>> cases{
        {{not_found, "404 from the backend"}, 404, "image_not_found", false},
        {{upstream_forbidden, "403 from the backend"}, 403, "upstream_forbidden", false},
        {{conflict, "409 from the backend"}, 409, "upstream_conflict", false},
        {{conflict, "409", {}, false, Obstacle::in_use}, 409, "image_in_use", false},
        {{upstream_forbidden, "403", {}, false, Obstacle::is_protected}, 409, "image_protected", false},
        {{upstream_auth, "401"}, 502, "upstream_auth", false},
        {{upstream_bad_request, "400"}, 502, "upstream_bad_request", false},
        {{upstream_protocol, "?"}, 502, "upstream_protocol", true},
        {{throttled, "429", 9s}, 503, "throttled", true},
        {{circuit_open, "resting"}, 503, "circuit_open", true},
        {{upstream_unavailable, "refused"}, 503, "source_unavailable", true},
        {{config, "no address"}, 503, "source_unavailable", true},
        {{timeout, "no time"}, 504, "upstream_timeout", true},
        {{timeout, "cut", {}, true}, 504, "outcome_unknown", true},
        {{upstream_unavailable, "cut", {}, true}, 504, "outcome_unknown", true},
    };
    for (const auto& [error, status, code, retryable] : cases) {
        api.refresh.removal = std::unexpected(error);
        const auto answer = api.remove("/v1/images/a~1");
        EXPECT_EQ(answer.status, status) << code;
        EXPECT_EQ(answer.code(), code);
        EXPECT_EQ(answer.json()["retryable"], retryable) << code;
        EXPECT_EQ(answer.headers.contains("Retry-After"), status == 503) << code;
        EXPECT_EQ(outcome(), code);
    }
    EXPECT_EQ(api.audits.size(), cases.size());
    EXPECT_EQ(api.refresh.removed.size(), cases.size());
}

} // namespace
} // namespace polyglance::test
