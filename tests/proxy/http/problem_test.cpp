#include <gtest/gtest.h>

#include <set>

#include "proxy/http/problem.hpp"

namespace polyglance {
namespace {

Request a_request()
{
    Request request;
    request.path = "/v1/images";
    request.request_id = "01J9Z3ABCDEF";
    return request;
}

TEST(Problem, IsWrittenAsTheContractShows)
{
    const Problem problem{.code = "unknown_parameter",
                          .detail = "'sort-key' is not a parameter of this list.",
                          .errors = {{"sort-key", "unknown_parameter", "not known", "sort"}}};

    const auto response = problem_response(problem, a_request());

    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.body->identity(),
              R"({"type":"/problems/unknown_parameter","title":"Unknown query parameter","status":400,)"
              R"("detail":"'sort-key' is not a parameter of this list.","instance":"/v1/images",)"
              R"("code":"unknown_parameter","errors":[{"parameter":"sort-key","code":"unknown_parameter",)"
              R"("detail":"not known","did_you_mean":"sort"}],"retryable":false,"request_id":"01J9Z3ABCDEF"})"
              "\n");
    EXPECT_NE(response.head.find("Content-Type: application/problem+json\r\n"), std::string::npos);
    EXPECT_NE(response.head.find("Cache-Control: no-store\r\n"), std::string::npos);
}

TEST(Problem, CarriesHeadersOfItsKind)
{
    EXPECT_NE(problem_response({.code = "unauthenticated"}, a_request()).head.find("WWW-Authenticate: Bearer\r\n"),
              std::string::npos);
    EXPECT_NE(problem_response({.code = "image_not_found"}, a_request()).head.find("max-age=5\r\n"), std::string::npos);
    const auto response = problem_response(
        {.code = "method_not_allowed", .retry_after = std::chrono::seconds{7}, .allow = "GET, HEAD"}, a_request());
    EXPECT_EQ(response.status, 405);
    EXPECT_NE(response.head.find("Allow: GET, HEAD\r\n"), std::string::npos);
    EXPECT_NE(response.head.find("Retry-After: 7\r\n"), std::string::npos);
}

TEST(Problem, AddsSourcesAndPicksTheRowOfAStatus)
{
    const auto response =
        problem_response({.code = "all_sources_failed", .status = 504, .sources_json = R"([{"id":"a"}])"}, a_request());

    EXPECT_EQ(response.status, 504);
    EXPECT_TRUE(response.body->identity().ends_with(",\"sources\":[{\"id\":\"a\"}]}\n"));
}

TEST(Problem, LeavesOutAPathThatIsNotText)
{
    auto request = a_request();
    request.path = "/\xff";

    EXPECT_EQ(problem_response({.code = "not_found"}, request).body->identity().find("instance"), std::string::npos);
}

TEST(Problem, UnknownCodeIsOurFault)
{
    EXPECT_EQ(problem_kind("no_such_code").code, "internal");
    EXPECT_EQ(problem_kind("not_found", 500).code, "internal");
}

TEST(Problem, EveryKindIsCompleteAndUnique)
{
    std::set<std::pair<std::string_view, int>> seen;
    for (const auto& kind : problem_kinds()) {
        EXPECT_TRUE(seen.emplace(kind.code, kind.status).second) << kind.code;
        EXPECT_EQ(kind.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << kind.code;
        EXPECT_GE(kind.status, 400) << kind.code;
        EXPECT_FALSE(kind.title.empty() || kind.meaning.empty()) << kind.code;
    }
    EXPECT_EQ(seen.size(), 49u);
}

} // namespace
} // namespace polyglance
