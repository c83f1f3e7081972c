#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/auth/keystone.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_http_client.hpp"
#include "tests/support/started.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

asio::awaitable<Result<std::string>> token_from(Authenticator& auth, Deadline deadline)
{
    HttpRequest request;
    const auto done = co_await auth.authorize(request, deadline);
    if (!done) {
        co_return std::unexpected(done.error());
    }
    co_return std::string(find_header(request.headers, "X-Auth-Token"));
}

struct KeystoneTest : testing::Test {
    KeystoneTest()
    {
        AuthConfig config;
        config.type = AuthType::password;
        config.auth_url = "https://keystone.example:5000/identity/v3";
        config.username = "demo";
        config.password = Secret("sesame-open");
        config.project_name = "demo";
        auth = make_authenticator(config, {http, clock, 10s, TlsConfig{.ca_file = "ca.pem", .verify = true}, ""});
    }

    /// The server's clock is five hours ahead of ours.
    void issue(const std::string& token, std::chrono::seconds lifetime)
    {
        const Instant server_now = clock.now() + 5h;
        http.reply(201, R"({"token":{"expires_at":")" + format_timestamp(server_now + lifetime) + R"("}})",
                   {{"X-Subject-Token", token}, {"Date", format_http_date(server_now)}});
    }
    Result<std::string> token() { return test::run(loop, token_from(*auth, deadline())); }
    std::unique_ptr<test::Started<Result<std::string>>> start(Deadline until)
    {
        auto started = std::make_unique<test::Started<Result<std::string>>>(loop, token_from(*auth, until));
        test::run_until_idle(loop);
        return started;
    }
    Deadline deadline() const { return clock.steady_now() + 1min; }
    bool refuse(const std::string& token)
    {
        HttpRequest request;
        request.headers = {{"X-Auth-Token", token}};
        return auth->refused(request);
    }

    test::ManualClock clock;
    test::ScriptedHttpClient http;
    asio::io_context loop;
    std::unique_ptr<Authenticator> auth;
};

TEST_F(KeystoneTest, LogsInOnceAndKeepsTheToken)
{
    issue("t1", 3600s);

    EXPECT_EQ(token(), "t1");
    EXPECT_EQ(token(), "t1");

    ASSERT_EQ(http.calls().size(), 1U);
    const auto& call = http.calls().front();
    EXPECT_EQ(call.request.method, HttpMethod::post);
    EXPECT_EQ(call.request.target, "/identity/v3/auth/tokens");
    EXPECT_EQ(call.request.endpoint.host, "keystone.example");
    EXPECT_EQ(call.request.tls.ca_file, "ca.pem");
    EXPECT_EQ(find_header(call.request.headers, "Content-Type"), "application/json");
    EXPECT_EQ(call.deadline, clock.steady_now() + 10s);
    EXPECT_GE(call.limits.max_header_bytes, 64UL << 10);
    EXPECT_EQ(call.limits.max_error_body_bytes, keystone::max_answer_bytes);
}

TEST_F(KeystoneTest, PassesOnANearerDeadline)
{
    issue("t1", 3600s);

    EXPECT_TRUE(test::run(loop, token_from(*auth, clock.steady_now() + 2s)));

    EXPECT_EQ(http.calls().front().deadline, clock.steady_now() + 2s);
}

TEST_F(KeystoneTest, RenewsBeforeTheEndByTheServersClock)
{
    issue("t1", 3600s);
    issue("t2", 600s);
    issue("t3", 600s);
    EXPECT_EQ(token(), "t1");

    clock.advance(3420s - 1ms);
    EXPECT_EQ(token(), "t1");
    clock.advance(1ms);
    EXPECT_EQ(token(), "t2");

    clock.advance(540s - 1ms);
    EXPECT_EQ(token(), "t2");
    clock.advance(1ms);
    EXPECT_EQ(token(), "t3");
}

TEST_F(KeystoneTest, ManyCallersShareOneLogin)
{
    issue("t1", 3600s);
    http.hold();
    std::vector<std::unique_ptr<test::Started<Result<std::string>>>> callers;
    for (int i = 0; i < 20; ++i) {
        callers.push_back(start(deadline()));
    }
    EXPECT_EQ(http.waiting(), 1U);

    http.release_all();
    test::run_until_idle(loop);

    for (const auto& caller : callers) {
        EXPECT_EQ(caller->get(), "t1");
    }
    EXPECT_EQ(http.calls().size(), 1U);
}

TEST_F(KeystoneTest, ManyCallersShareOneFailure)
{
    http.reply(503);
    http.hold();
    std::vector<std::unique_ptr<test::Started<Result<std::string>>>> callers;
    for (int i = 0; i < 20; ++i) {
        callers.push_back(start(deadline()));
    }

    http.release_all();
    test::run_until_idle(loop);

    for (const auto& caller : callers) {
        ASSERT_TRUE(caller->done());
        EXPECT_EQ(caller->get().error().error_class, ErrorClass::upstream_unavailable);
    }
    EXPECT_EQ(http.calls().size(), 1U);
}

TEST_F(KeystoneTest, AFailureOtherThanARefusalIsTriedAgain)
{
    http.reply(503);
    issue("t1", 3600s);

    EXPECT_FALSE(token());
    EXPECT_EQ(token(), "t1");
}

TEST_F(KeystoneTest, AHurriedCallersTimeoutIsItsOwn)
{
    http.fail(ErrorClass::timeout);
    issue("t1", 3600s);
    http.hold();
    auto hurried = start(clock.steady_now() + 1s);
    auto patient = start(deadline());

    http.release_all();
    test::run_until_idle(loop);

    EXPECT_EQ(hurried->get().error().error_class, ErrorClass::timeout);
    EXPECT_EQ(patient->get(), "t1");
}

TEST_F(KeystoneTest, AWaitingCallerKeepsItsDeadline)
{
    issue("t1", 3600s);
    http.hold();
    auto first = start(deadline());

    const auto late = test::run(loop, token_from(*auth, clock.steady_now()));

    EXPECT_EQ(late.error().error_class, ErrorClass::timeout);
    http.release_all();
    test::run_until_idle(loop);
    EXPECT_EQ(first->get(), "t1");
}

TEST_F(KeystoneTest, RefusedCredentialsAreLeftAloneForHalfAMinute)
{
    http.reply(401);
    issue("t1", 3600s);
    EXPECT_EQ(token().error().error_class, ErrorClass::upstream_auth);

    clock.advance(30s - 1ms);
    EXPECT_EQ(token().error().error_class, ErrorClass::upstream_auth);
    EXPECT_EQ(http.calls().size(), 1U);

    clock.advance(1ms);
    EXPECT_EQ(token(), "t1");
}

TEST_F(KeystoneTest, DropsARefusedTokenAndLogsInAgain)
{
    issue("t1", 3600s);
    issue("t2", 3600s);
    EXPECT_EQ(token(), "t1");

    EXPECT_TRUE(refuse("t1"));

    EXPECT_EQ(token(), "t2");
}

TEST_F(KeystoneTest, ARefusedTokenIsReplacedOnceInHalfAMinute)
{
    issue("t1", 3600s);
    issue("t2", 3600s);
    issue("t3", 3600s);
    EXPECT_EQ(token(), "t1");
    EXPECT_TRUE(refuse("t1"));
    EXPECT_EQ(token(), "t2");

    clock.advance(30s - 1ms);
    EXPECT_FALSE(refuse("t2"));
    EXPECT_EQ(token(), "t2");
    clock.advance(1ms);
    EXPECT_TRUE(refuse("t2"));

    EXPECT_EQ(token(), "t3");
    EXPECT_EQ(http.calls().size(), 3U);
}

TEST_F(KeystoneTest, KeepsANewTokenWhenAnOldOneIsRefused)
{
    issue("t1", 3600s);
    issue("t2", 3600s);
    EXPECT_EQ(token(), "t1");
    EXPECT_TRUE(refuse("t1"));
    EXPECT_EQ(token(), "t2");

    EXPECT_TRUE(refuse("t1")); // a slow call that still carried the first one

    EXPECT_EQ(token(), "t2");
    EXPECT_EQ(http.calls().size(), 2U);
}

TEST_F(KeystoneTest, UsesTheOldTokenToItsEndWhenTheIdentityServiceIsDown)
{
    issue("t1", 600s);
    http.answer_with([](const HttpRequest&) { return Result<HttpResponse>(HttpResponse{503, {}, ""}); });
    EXPECT_EQ(token(), "t1");

    clock.advance(540s);
    EXPECT_EQ(token(), "t1");
    clock.advance(29s);
    EXPECT_EQ(token(), "t1");
    EXPECT_EQ(http.calls().size(), 2U) << "one early renewal per half minute";
    clock.advance(1s);
    EXPECT_EQ(token(), "t1");
    EXPECT_EQ(http.calls().size(), 3U);

    clock.advance(30s);
    EXPECT_EQ(token().error().error_class, ErrorClass::upstream_unavailable);
}

TEST_F(KeystoneTest, FindsServicesInTheTokensCatalogue)
{
    auto recorded = test::recorded("keystone-password").response;
    http.reply(recorded.status, recorded.body, recorded.headers);

    const auto image = test::run(loop, auth->endpoint_of("image", "RegionOne", "public", deadline()));
    const auto dns = test::run(loop, auth->endpoint_of("dns", "RegionOne", "public", deadline()));

    ASSERT_TRUE(image);
    EXPECT_EQ(image->port, 15001);
    EXPECT_EQ(dns.error().error_class, ErrorClass::config);
    EXPECT_EQ(http.calls().size(), 1U);
}

TEST_F(KeystoneTest, ShowsNoSecretInAnyError)
{
    const auto echo = [](int status) {
        return [status](const HttpRequest& request) {
            return Result<HttpResponse>(HttpResponse{status, {{"X-Subject-Token", "tok tok"}}, request.body});
        };
    };
    for (const int status : {201, 302, 400, 401, 403, 404, 418, 429, 500}) {
        http.answer_with(echo(status));
        clock.advance(1min);

        const auto failed = token();

        ASSERT_FALSE(failed) << status;
        for (const char* secret : {"sesame", "demo", "tok tok", "keystone.example"}) {
            EXPECT_EQ(failed.error().message.find(secret), std::string::npos) << failed.error().message;
        }
    }
}

TEST(Keystone, ReportsAnAuthUrlThatIsNone)
{
    const test::ManualClock clock;
    test::ScriptedHttpClient http;
    AuthConfig config;
    config.type = AuthType::password;
    config.auth_url = "keystone.example";
    const auto auth = make_authenticator(config, {http, clock, 10s, {}, ""});
    asio::io_context loop;

    const auto failed = test::run(loop, token_from(*auth, clock.steady_now() + 1min));

    EXPECT_EQ(failed.error().error_class, ErrorClass::config);
    EXPECT_TRUE(http.calls().empty());
}

} // namespace
} // namespace polyglance
