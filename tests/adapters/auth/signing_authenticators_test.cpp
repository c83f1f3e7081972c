#include <gtest/gtest.h>

#include <set>
#include <string>

#include "adapters/auth/acs.hpp"
#include "adapters/auth/sdk_hmac.hpp"
#include "adapters/auth/signing_authenticators.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_http_client.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

struct SigningTest : testing::Test {
    AuthConfig config_of(AuthType type) const
    {
        AuthConfig config;
        config.type = type;
        config.access_key = Secret("AK");
        config.secret_key = Secret("SK");
        return config;
    }
    static HttpRequest request_for(std::string target)
    {
        HttpRequest request;
        request.endpoint = Endpoint{.tls = true, .host = "cloud.example", .port = 8443, .prefix = ""};
        request.target = std::move(target);
        request.headers = {{"Accept", "application/json"}};
        return request;
    }
    Result<void> authorize(const AuthConfig& config, HttpRequest& request)
    {
        const auto auth = make_authenticator(config, {http, clock, 10s, {}, "cn-beijing"});
        auto done = test::run(loop, auth->authorize(request, clock.steady_now()));
        EXPECT_FALSE(auth->refused(request));
        return done;
    }

    test::ManualClock clock;
    test::ScriptedHttpClient http;
    asio::io_context loop;
};

TEST_F(SigningTest, NoneLeavesTheRequestAlone)
{
    HttpRequest request = request_for("/a");

    EXPECT_TRUE(authorize(config_of(AuthType::none), request));

    EXPECT_EQ(request.headers.size(), 1U);
}

TEST_F(SigningTest, AkskSignsHostProjectAndQueryAsSent)
{
    AuthConfig config = config_of(AuthType::aksk);
    config.project_id = "p1";
    config.domain_id = "d1";
    config.security_token = Secret("temporary");
    HttpRequest request = request_for("/v2/images?limit=5&__isregistered=true");

    ASSERT_TRUE(authorize(config, request));

    EXPECT_EQ(request.target, "/v2/images?__isregistered=true&limit=5");
    EXPECT_EQ(find_header(request.headers, "X-Project-Id"), "p1");
    EXPECT_EQ(find_header(request.headers, "X-Domain-Id"), "");
    EXPECT_EQ(find_header(request.headers, "X-Security-Token"), "temporary");
    EXPECT_EQ(find_header(request.headers, "X-Sdk-Date"), "20260102T030405Z");
    const HttpHeaders covered{{"Accept", "application/json"}, {"X-Project-Id", "p1"}};
    const auto expected = sign_sdk_hmac({config.access_key, config.secret_key, config.security_token},
                                        {"GET", "cloud.example:8443", request.target, covered, ""}, clock.now());
    EXPECT_EQ(find_header(request.headers, "Authorization"), find_header(expected->headers, "Authorization"));
    EXPECT_NE(find_header(request.headers, "Authorization")
                  .find("SignedHeaders=accept;host;x-project-id;x-sdk-date;x-security-token"),
              std::string_view::npos);
}

TEST_F(SigningTest, AkskNamesTheDomainWhenThereIsNoProject)
{
    AuthConfig config = config_of(AuthType::aksk);
    config.domain_id = "d1";
    HttpRequest request = request_for("/v1/cloudimages/cn-north-4");

    ASSERT_TRUE(authorize(config, request));

    EXPECT_EQ(find_header(request.headers, "X-Domain-Id"), "d1");
    EXPECT_NE(find_header(request.headers, "Authorization").find("x-domain-id"), std::string_view::npos);
}

TEST_F(SigningTest, AcsSignsWithDateRegionAndNonce)
{
    AuthConfig config = config_of(AuthType::acs);
    config.security_token = Secret("temporary");
    HttpRequest request = request_for("/images?Type=System&MaxItemCount=100");

    ASSERT_TRUE(authorize(config, request));

    EXPECT_EQ(request.target, "/images?Type=System&MaxItemCount=100");
    EXPECT_EQ(find_header(request.headers, "Date"), "Fri, 02 Jan 2026 03:04:05 GMT");
    EXPECT_EQ(find_header(request.headers, "x-acs-region-id"), "cn-beijing");
    EXPECT_EQ(find_header(request.headers, "x-acs-security-token"), "temporary");
    HttpHeaders covered = request.headers;
    EXPECT_EQ(covered.back().first, "Authorization");
    covered.pop_back();
    const auto expected =
        sign_acs({config.access_key, config.secret_key, {}}, {"GET", "", request.target, covered, ""});
    EXPECT_EQ(find_header(request.headers, "Authorization"), expected->authorization);
}

TEST_F(SigningTest, AcsNeverRepeatsANonce)
{
    std::set<std::string, std::less<>> nonces;
    for (int i = 0; i < 100; ++i) {
        HttpRequest request = request_for("/images");
        ASSERT_TRUE(authorize(config_of(AuthType::acs), request));
        const std::string_view nonce = find_header(request.headers, "x-acs-signature-nonce");
        EXPECT_EQ(nonce.size(), 36U);
        EXPECT_EQ(nonce[14], '4');
        nonces.emplace(nonce);
    }
    EXPECT_EQ(nonces.size(), 100U);
}

TEST_F(SigningTest, SignersRefuseATargetTheyCannotRead)
{
    for (const AuthType type : {AuthType::aksk, AuthType::acs}) {
        HttpRequest request = request_for("/images?Marker=%zz");

        const auto failed = authorize(config_of(type), request);

        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().error_class, ErrorClass::upstream_bad_request);
    }
}

TEST_F(SigningTest, HaveNoCatalogue)
{
    for (const AuthType type : {AuthType::none, AuthType::aksk, AuthType::acs}) {
        const auto auth = make_authenticator(config_of(type), {http, clock, 10s, {}, ""});

        const auto failed = test::run(loop, auth->endpoint_of("image", "", "public", clock.steady_now()));

        EXPECT_EQ(failed.error().error_class, ErrorClass::config);
    }
}

} // namespace
} // namespace polyglance
