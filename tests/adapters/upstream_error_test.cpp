#include <gtest/gtest.h>

#include "adapters/upstream_error.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording.hpp"

namespace polyglance {
namespace {

using std::chrono::seconds;

Error error_of(Provider provider, int status, std::string body, std::string_view marker = "", HttpHeaders headers = {})
{
    const test::ManualClock clock; // 2026-01-02T03:04:05Z
    return upstream_error({.status = status, .headers = std::move(headers), .body = std::move(body)},
                          {provider, marker, clock.now()});
}

struct Row {
    Provider provider;
    int status;
    const char* body;
    ErrorClass expected;
};

TEST(UpstreamError, EveryRowOfTheTable)
{
    using enum ErrorClass;
    constexpr auto nova = Provider::nova;
    constexpr auto glance = Provider::glance;
    constexpr auto huawei = Provider::cloudimages;
    constexpr auto ali = Provider::batchcompute;
    const Row rows[] = {
        {nova, 400, R"({"badRequest":{"code":400,"message":"limit must be an integer"}})", upstream_bad_request},
        {nova, 401, R"({"error":{"code":401,"title":"Unauthorized","message":"x"}})", upstream_auth},
        {nova, 403, R"({"forbidden":{"code":403,"message":"x"}})", upstream_forbidden},
        {nova, 404, R"({"itemNotFound":{"code":404,"message":"x"}})", not_found},
        {nova, 406, R"({"computeFault":{"code":406,"message":"x"}})", upstream_bad_request},
        {nova, 413, R"({"overLimit":{"code":413,"message":"x","retryAfter":"5"}})", throttled},
        {nova, 429, R"({"overLimit":{"code":429,"message":"x"}})", throttled},
        {nova, 500, R"({"computeFault":{"code":500,"message":"x"}})", upstream_unavailable},
        {nova, 500, R"({"computeFault":{"code":500,"message":"<class 'glanceclient.exc.HTTPConflict'>"}})", conflict},
        {nova, 500, R"({"computeFault":{"code":500,"message":"Image 1 could not be deleted because it is in use"}})",
         conflict},
        {nova, 502, "<html>Bad Gateway</html>", upstream_unavailable},
        {nova, 503, R"({"message":"x","code":"503 Service Unavailable","title":"x"})", upstream_unavailable},
        {nova, 504, "", upstream_unavailable},
        {glance, 300, R"({"versions":[]})", config},
        {glance, 301, "", upstream_protocol},
        {glance, 302, "", upstream_protocol},
        {glance, 304, "", upstream_protocol},
        {glance, 307, "", upstream_protocol},
        {glance, 204, "", upstream_protocol},
        {glance, 206, "", upstream_protocol},
        {glance, 400, "400 Bad Request\n\nlimit param must be positive", upstream_bad_request},
        {glance, 401, "", upstream_auth},
        {glance, 403, "", upstream_forbidden},
        {glance, 404, "", not_found},
        {glance, 405, "", upstream_bad_request},
        {glance, 408, "", upstream_unavailable},
        {glance, 409, "", conflict},
        {glance, 413, "", throttled},
        {glance, 429, "", throttled},
        {glance, 500, "in use", upstream_unavailable},
        {glance, 400, R"({"error":{"code":"IMG.0024","message":"x"}})", upstream_bad_request},
        {glance, 405, R"({"error_code":"APIGW.0502","error_msg":"x"})", upstream_forbidden},
        {huawei, 400, R"({"error_code":"APIGW.0201","error_msg":"x","request_id":"y"})", upstream_bad_request},
        {huawei, 413, R"({"error_code":"APIGW.0201","error_msg":"x"})", upstream_bad_request},
        {huawei, 414, R"({"error_code":"APIGW.0201","error_msg":"x"})", upstream_bad_request},
        {huawei, 494, R"({"error_code":"APIGW.0201","error_msg":"x"})", upstream_bad_request},
        {huawei, 502, R"({"error_code":"APIGW.0201","error_msg":"x"})", upstream_unavailable},
        {huawei, 504, R"({"error_code":"APIGW.0201","error_msg":"x"})", upstream_unavailable},
        {huawei, 401, R"({"error_code":"APIGW.0301","error_msg":"x"})", upstream_auth},
        {huawei, 401, R"({"error_code":"APIGW.0307","error_msg":"x"})", upstream_auth},
        {huawei, 403, R"({"error_code":"APIGW.0302","error_msg":"x"})", upstream_forbidden},
        {huawei, 403, R"({"error_code":"APIGW.0401","error_msg":"x"})", upstream_forbidden},
        {huawei, 403, R"({"error_code":"APIGW.0801","error_msg":"x"})", upstream_forbidden},
        {huawei, 405, R"({"error_code":"APIGW.0501","error_msg":"x"})", upstream_forbidden},
        {huawei, 404, R"({"error_code":"APIGW.0101","error_msg":"x"})", not_found},
        {huawei, 409, R"({"error":{"code":"IEC.1","message":"x"}})", conflict},
        {huawei, 429, R"({"error_code":"APIGW.0308","error_msg":"x"})", throttled},
        {huawei, 500, R"({"error_code":"APIGW.0601","error_msg":"x"})", upstream_unavailable},
        {huawei, 503, R"({"error_code":"APIGW.0613","error_msg":"x"})", upstream_unavailable},
        {ali, 400, R"({"Code":"InvalidMaxItemCount","Message":"x","HostId":""})", upstream_bad_request},
        {ali, 400, R"({"Code":"MissingParameter","Message":"x"})", upstream_bad_request},
        {ali, 400, R"({"Code":"MethodNotAllowed","Message":"x"})", upstream_bad_request},
        {ali, 403, R"({"Code":"InvalidQueryString","Message":"x"})", upstream_bad_request},
        {ali, 403, R"({"Code":"InvalidVersion.NotFound","Message":"x"})", upstream_bad_request},
        {ali, 400, R"({"Code":"SignatureDoesNotMatch","Message":"x"})", upstream_auth},
        {ali, 400, R"({"Code":"InvalidAccessKeyId.NotFound","Message":"x"})", upstream_auth},
        {ali, 400, R"({"ErrorCode":"InvalidDate","Message":"x"})", upstream_auth},
        {ali, 403, R"({"Code":"InvalidSecurityToken.Expired","Message":"x"})", upstream_auth},
        {ali, 403, R"({"Code":"Forbidden","Message":"x"})", upstream_forbidden},
        {ali, 403, R"({"Code":"QuotaExhausted","Message":"x"})", upstream_forbidden},
        {ali, 404, R"({"Code":"InvalidResource.NotFound","Message":"x"})", not_found},
        {ali, 409, R"({"Code":"StateConflict","Message":"x"})", conflict},
        {ali, 500, R"({"Code":"InternalError","Message":"x"})", upstream_unavailable},
        {ali, 400, R"({"Code":"Throttling.User","Message":"x"})", throttled},
        {ali, 429, "", throttled},
        {ali, 503, "<html>proxy</html>", upstream_unavailable},
        {ali, 403, R"({"Code":"SomethingNew","Message":"x"})", upstream_forbidden},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(error_of(row.provider, row.status, row.body).error_class, row.expected)
            << to_string(row.provider) << " " << row.status << " " << row.body;
    }
}

TEST(UpstreamError, ReadsTheFaultInTheVendorsOrder)
{
    EXPECT_EQ(read_fault(R"({"code":"b","message":"m","error_code":"a","error_msg":"n"})").code, "a");
    EXPECT_EQ(read_fault(R"({"error":{"code":"c","message":"m"},"code":"b","message":"n"})").code, "b");
    EXPECT_EQ(read_fault(R"({"request_id":"r","error":{"error_code":"c","error_msg":"m"}})").code, "c");
    EXPECT_EQ(read_fault(R"({"itemNotFound":{"code":404,"message":"m"}})").code, "404");
    for (const std::string_view body : {"", "[]", "null", "{}", R"({"code":1})", "<html>", "{\"error\":\"x\"}"}) {
        EXPECT_EQ(read_fault(body).code, "") << body;
        EXPECT_EQ(read_fault(body).message, body) << body;
    }
}

TEST(UpstreamError, SaysNothingOfWhatTheBackendWrote)
{
    const auto error = error_of(Provider::nova, 503, R"({"message":"db01.internal says no","code":"503"})");

    EXPECT_EQ(error.message, "503 from the backend");
}

TEST(UpstreamError, NamesAGoneMarkerWhereTheBackendNamesIt)
{
    for (const int status : {400, 403, 404}) {
        const auto error =
            error_of(Provider::glance, status, R"({"message":"No image found with ID a1","code":"x"})", "a1");
        EXPECT_EQ(error.error_class, ErrorClass::marker_gone) << status;
        EXPECT_EQ(error.message.find("a1"), std::string::npos);
    }
    EXPECT_EQ(error_of(Provider::glance, 400, "No image found with ID a1", "a1").error_class, ErrorClass::marker_gone);
    EXPECT_EQ(error_of(Provider::glance, 400, "No image found with ID a1").error_class,
              ErrorClass::upstream_bad_request);
    EXPECT_EQ(error_of(Provider::glance, 400, "limit", "a1").error_class, ErrorClass::upstream_bad_request);
    EXPECT_EQ(error_of(Provider::glance, 503, "a1", "a1").error_class, ErrorClass::upstream_unavailable);
}

TEST(UpstreamError, ReadsRetryAfterAsSecondsOrDateUpToAnHour)
{
    const auto wait = [](const char* value, int status = 429) {
        return error_of(Provider::glance, status, "", "", {{"retry-after", value}}).retry_after;
    };
    EXPECT_EQ(wait("0"), seconds{0});
    EXPECT_EQ(wait("7"), seconds{7});
    EXPECT_EQ(wait("7", 503), seconds{7});
    EXPECT_EQ(wait("3600"), seconds{3600});
    EXPECT_EQ(wait("3601"), seconds{3600});
    EXPECT_EQ(wait("1000000000"), seconds{3600});
    EXPECT_EQ(wait("99999999999999999999"), seconds{3600});
    EXPECT_EQ(wait("Fri, 02 Jan 2026 03:04:35 GMT"), seconds{30});
    EXPECT_EQ(wait("Fri, 02 Jan 2026 03:00:00 GMT"), seconds{0});
    EXPECT_EQ(wait("Sat, 03 Jan 2026 03:04:05 GMT"), seconds{3600});
    for (const char* bad : {"", "abc", "-1", "1.5", "5 s", "0x5"}) {
        EXPECT_EQ(wait(bad), std::nullopt) << bad;
    }
    EXPECT_EQ(wait("7", 400), std::nullopt);
}

TEST(UpstreamError, KnowsTheAnswersOfRealClouds)
{
    struct Case {
        const char* recording;
        Provider provider;
        const char* marker;
        ErrorClass expected;
    };
    using enum ErrorClass;
    for (const Case& c : {
             Case{"glance-marker-deleted", Provider::glance, "d0cf0b71-6e2c-4f67-8b8d-09fa9ec81190", marker_gone},
             Case{"glance-marker-other-tenant", Provider::glance, "bf573002-86e4-50c3-b04c-2de394145a7a", marker_gone},
             Case{"nova-marker-unknown", Provider::nova, "00000000-0000-0000-0000-000000000007", marker_gone},
             Case{"glance-bad-token", Provider::glance, "", upstream_auth},
             Case{"nova-bad-token", Provider::nova, "", upstream_auth},
             Case{"glance-root", Provider::glance, "", config},
             Case{"glance-delete-404", Provider::glance, "", not_found},
             Case{"glance-delete-protected", Provider::glance, "", upstream_forbidden},
             Case{"glance-show-404-accept-any", Provider::glance, "", not_found},
             Case{"nova-delete-protected", Provider::nova, "", upstream_forbidden},
             Case{"nova-delete-404", Provider::nova, "", not_found},
             Case{"nova-detail-project-mismatch", Provider::nova, "", upstream_bad_request},
             Case{"nova-limit-text", Provider::nova, "", upstream_bad_request},
             Case{"fault-db-down-glance", Provider::glance, "", upstream_unavailable},
             Case{"fault-glance-down-nova-delete", Provider::nova, "", upstream_unavailable},
             Case{"fault-keystone-down-nova-new", Provider::nova, "", upstream_unavailable},
         }) {
        const auto answer = test::recorded(c.recording).response;
        EXPECT_EQ(upstream_error(answer, {c.provider, c.marker, Instant{}}).error_class, c.expected) << c.recording;
    }
}

} // namespace
} // namespace polyglance
