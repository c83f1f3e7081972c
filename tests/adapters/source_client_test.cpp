#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/source_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_http_client.hpp"
#include "tests/support/started.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

struct CollectingSink final : BodySink {
    Result<void> on_slice(std::string_view slice) override
    {
        text += slice;
        return {};
    }
    std::string text;
};

std::string without_v2(std::string_view prefix)
{
    return std::string(prefix.ends_with("/v2") ? prefix.substr(0, prefix.size() - 3) : prefix);
}

bool signature_fault(const HttpResponse& response)
{
    return response.status == 400 && response.body.contains("Signature");
}

struct SourceClientTest : testing::Test {
    SourceClientTest()
    {
        config.endpoint = Endpoint{.tls = true, .host = "image.example", .port = 9292, .prefix = "/glance/v2"};
        service.normalize_prefix = without_v2;
    }

    void use_password()
    {
        config.auth.type = AuthType::password;
        config.auth.auth_url = "https://keystone.example";
        config.auth.username = "demo";
        config.auth.password = Secret("sesame-open");
    }
    void issue(const std::string& token, const std::string& image_url = "https://image.example")
    {
        http.reply(201,
                   R"({"token":{"expires_at":")" + format_timestamp(clock.now() + 1h) +
                       R"(","catalog":[{"type":"image","endpoints":[{"interface":"public","region":"r","url":")" +
                       image_url + R"("}]}]}})",
                   {{"X-Subject-Token", token}});
    }
    SourceClient& client()
    {
        if (!client_) {
            client_ = std::make_unique<SourceClient>(config, http, clock, service);
        }
        return *client_;
    }
    Deadline deadline() const { return clock.steady_now() + 1min; }
    static SourceClient::Call list() { return {.path = "/v2/images", .query = "limit=2", .headers = {}}; }
    Result<HttpResponse> send(BodySink* sink = nullptr) { return send(list(), sink); }
    Result<HttpResponse> send(SourceClient::Call call, BodySink* sink = nullptr)
    {
        return test::run(loop, client().send(std::move(call), deadline(), sink));
    }

    test::ManualClock clock;
    test::ScriptedHttpClient http;
    asio::io_context loop;
    SourceConfig config;
    SourceClient::Service service{.type = "image", .well_known_host = ""};
    int logins = 0;

private:
    std::unique_ptr<SourceClient> client_;
};

TEST_F(SourceClientTest, PutsTheNormalizedPrefixBeforeThePath)
{
    config.tls.ca_file = "ca.pem";
    http.reply(200, "body");

    const auto response = send();

    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "body");
    EXPECT_EQ(http.request(0).target, "/glance/v2/images?limit=2");
    EXPECT_EQ(http.request(0).endpoint, *config.endpoint);
    EXPECT_EQ(http.request(0).tls, config.tls);
    EXPECT_EQ(find_header(http.request(0).headers, "Accept"), "application/json");
}

TEST_F(SourceClientTest, LimitsTheCallByItsTimeoutAndItsDeadline)
{
    config.request_timeout = 10s;
    config.max_page_bytes = 12345;
    http.reply(200);
    http.reply(200);
    CollectingSink sink;

    EXPECT_TRUE(send(&sink));
    EXPECT_TRUE(test::run(loop, client().send(list(), clock.steady_now() + 3s, &sink)));

    EXPECT_EQ(http.calls()[0].deadline, clock.steady_now() + 10s);
    EXPECT_EQ(http.calls()[1].deadline, clock.steady_now() + 3s);
    EXPECT_EQ(http.calls()[0].limits.max_body_bytes, 12345U);
    EXPECT_EQ(http.calls()[0].limits.max_header_bytes, 64UL << 10);
    EXPECT_EQ(client().max_page_bytes(), 12345U);
}

TEST_F(SourceClientTest, GivesOtherAnswersBackAsTheyAre)
{
    for (const int status : {204, 300, 400, 403, 404, 409, 429, 500, 503}) {
        http.reply(status, "why");

        const auto response = send();

        ASSERT_TRUE(response) << status;
        EXPECT_EQ(response->status, status);
        EXPECT_EQ(response->body, "why");
    }
}

TEST_F(SourceClientTest, RefusesRedirects)
{
    for (const int status : {301, 302, 303, 304, 307, 308}) {
        http.reply(status, "", {{"Location", "https://elsewhere.example/"}});

        const auto refused = send();

        ASSERT_FALSE(refused) << status;
        EXPECT_EQ(refused.error().error_class, ErrorClass::upstream_protocol);
        EXPECT_TRUE(refused.error().message.starts_with("redirect refused"));
    }
    EXPECT_EQ(http.calls().size(), 6U);
}

TEST_F(SourceClientTest, PassesFailuresOn)
{
    http.fail(Error{ErrorClass::upstream_unavailable, "cut", {}, true});

    const auto failed = send();

    EXPECT_EQ(failed.error().error_class, ErrorClass::upstream_unavailable);
    EXPECT_TRUE(failed.error().sent);
}

TEST_F(SourceClientTest, LooksItsAddressUpInTheCatalogue)
{
    use_password();
    config.endpoint.reset();
    issue("t1", "https://catalogued.example:9292/v2");
    http.reply(200);

    EXPECT_TRUE(send());

    ASSERT_EQ(http.calls().size(), 2U);
    EXPECT_EQ(http.request(1).endpoint.host, "catalogued.example");
    EXPECT_EQ(http.request(1).target, "/v2/images?limit=2");
    EXPECT_EQ(find_header(http.request(1).headers, "X-Auth-Token"), "t1");
}

TEST_F(SourceClientTest, SendsNoTokenToAPlaintextAddressOfTheCatalogue)
{
    use_password();
    config.endpoint.reset();
    issue("t1", "http://catalogued.example:9292");

    const auto refused = send();

    EXPECT_EQ(refused.error().error_class, ErrorClass::config);
    EXPECT_EQ(http.calls().size(), 1U);
}

TEST_F(SourceClientTest, ACatalogueLeadsToThisMachineOnlyFromHereOrWhereAllowed)
{
    use_password();
    config.endpoint.reset();
    std::size_t calls = 0;
    for (const auto* here :
         {"http://127.0.0.1:9292", "https://localhost:9292", "https://[::1]:9292", "https://[::ffff:127.0.0.1]:9292"}) {
        SourceClient client(config, http, clock, service);
        issue("t1", here);
        const auto refused = test::run(loop, client.send(list(), deadline(), nullptr));
        ASSERT_FALSE(refused) << here;
        EXPECT_EQ(refused.error().error_class, ErrorClass::config);
        EXPECT_EQ(http.calls().size(), ++calls) << "a login, and the token goes nowhere";
    }

    config.auth.auth_url = "http://127.0.0.1:5000/v3";
    SourceClient local(config, http, clock, service);
    issue("t2", "http://127.0.0.1:9292");
    http.reply(200);
    EXPECT_TRUE(test::run(loop, local.send(list(), deadline(), nullptr)));
}

TEST_F(SourceClientTest, ACatalogueNeverLeadsToWhereNoCloudIs)
{
    use_password();
    config.endpoint.reset();
    config.allow_plaintext = true;
    config.allow_loopback = true;
    std::size_t calls = 0;
    for (const auto* nowhere : {"http://169.254.169.254", "http://[fe80::1]:9292", "https://[::ffff:169.254.169.254]",
                                "http://0.0.0.0:9292", "http://224.0.0.1"}) {
        SourceClient client(config, http, clock, service);
        issue("t1", nowhere);
        const auto refused = test::run(loop, client.send(list(), deadline(), nullptr));
        ASSERT_FALSE(refused) << nowhere;
        EXPECT_EQ(refused.error().error_class, ErrorClass::config);
        EXPECT_EQ(http.calls().size(), ++calls) << "a login, and the token goes nowhere";
    }
}

TEST_F(SourceClientTest, SendsATokenInPlaintextOnLoopbackAndWhenAllowed)
{
    use_password();
    config.endpoint.reset();
    config.allow_loopback = true;
    issue("t1", "http://127.0.0.1:9292");
    http.reply(200);
    EXPECT_TRUE(send());

    config.allow_plaintext = true;
    SourceClient allowed(config, http, clock, service);
    issue("t2", "http://catalogued.example:9292");
    http.reply(200);
    EXPECT_TRUE(test::run(loop, allowed.send(list(), deadline(), nullptr)));
}

TEST_F(SourceClientTest, FallsBackToTheWellKnownHost)
{
    config.endpoint.reset();
    config.auth.type = AuthType::aksk;
    service.well_known_host = "iecs.example.com";
    http.reply(200);

    EXPECT_TRUE(send());

    EXPECT_EQ(http.request(0).endpoint, (Endpoint{.tls = true, .host = "iecs.example.com", .port = 443, .prefix = ""}));
}

TEST_F(SourceClientTest, NeedsSomeAddress)
{
    config.endpoint.reset();

    EXPECT_EQ(send().error().error_class, ErrorClass::config);
    EXPECT_TRUE(http.calls().empty());
}

TEST_F(SourceClientTest, RenewsARefusedTokenAndRepeatsTheCallOnce)
{
    use_password();
    issue("t1");
    const auto expired = test::recorded("expired-glance").response;
    http.reply(expired.status, expired.body, expired.headers);
    issue("t2");
    http.reply(200, "page");
    CollectingSink sink;

    const auto response = send(&sink);

    ASSERT_TRUE(response);
    EXPECT_EQ(sink.text, "page") << "the refused answer must not reach the sink";
    ASSERT_EQ(http.calls().size(), 4U);
    EXPECT_EQ(find_header(http.request(1).headers, "X-Auth-Token"), "t1");
    EXPECT_EQ(find_header(http.request(3).headers, "X-Auth-Token"), "t2");
    EXPECT_EQ(http.request(3).target, http.request(1).target);
}

TEST_F(SourceClientTest, RepeatsARefusedDeleteToo)
{
    use_password();
    issue("t1");
    http.reply(401);
    issue("t2");
    http.reply(204);

    const auto response = send({.method = HttpMethod::delete_, .path = "/v2/images/a", .query = "", .headers = {}});

    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 204);
    EXPECT_EQ(http.request(3).method, HttpMethod::delete_);
}

TEST_F(SourceClientTest, ReportsASecondRefusal)
{
    use_password();
    issue("t1");
    http.reply(401, "sesame");
    issue("t2");
    http.reply(401, "sesame");

    const auto refused = send();

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error_class, ErrorClass::upstream_auth);
    EXPECT_EQ(refused.error().message, "the backend refused our credentials (401)");
    EXPECT_EQ(http.calls().size(), 4U);
}

TEST_F(SourceClientTest, ReportsAFailedRenewal)
{
    use_password();
    issue("t1");
    http.reply(401);
    http.reply(401);

    const auto refused = send();

    EXPECT_EQ(refused.error().error_class, ErrorClass::upstream_auth);
    EXPECT_EQ(http.calls().size(), 3U);
}

TEST_F(SourceClientTest, DoesNotRepeatWhatCannotBeRenewed)
{
    config.auth.type = AuthType::token;
    config.auth.token = Secret("given");
    http.reply(401);

    EXPECT_EQ(send().error().error_class, ErrorClass::upstream_auth);
    EXPECT_EQ(http.calls().size(), 1U);
}

TEST_F(SourceClientTest, KnowsTheServicesOwnWordsForARefusal)
{
    service.refused = signature_fault;
    http.reply(400, "SignatureDoesNotMatch");
    http.reply(400, "InvalidParameter");

    EXPECT_EQ(send().error().error_class, ErrorClass::upstream_auth);
    EXPECT_EQ(send()->status, 400);
}

TEST_F(SourceClientTest, MentionsClocksThatDisagreeWhenASignatureIsRefused)
{
    config.auth.type = AuthType::aksk;
    http.reply(401, "", {{"Date", format_http_date(clock.now() - 17min)}});
    http.reply(401, "", {{"Date", format_http_date(clock.now() + 330s)}});
    http.reply(401, "", {{"Date", format_http_date(clock.now() + 5min)}});

    EXPECT_EQ(send().error().message,
              "the backend refused our credentials (401); clock_skew: our clock is 17 minutes ahead of the backend's");
    EXPECT_TRUE(send().error().message.contains("behind the backend's"));
    EXPECT_FALSE(send().error().message.contains("clock_skew"));
}

TEST_F(SourceClientTest, LeavesTheClockOutOfARefusedToken)
{
    config.auth.type = AuthType::token;
    config.auth.token = Secret("given");
    http.reply(401, "", {{"Date", format_http_date(clock.now() - 17min)}});

    EXPECT_FALSE(send().error().message.contains("clock_skew"));
}

TEST_F(SourceClientTest, SignsARepeatedCallAnew)
{
    config.auth.type = AuthType::acs;
    config.auth.access_key = Secret("id");
    http.reply(500);
    http.reply(200);

    EXPECT_TRUE(send());
    EXPECT_TRUE(send());

    EXPECT_NE(find_header(http.request(0).headers, "x-acs-signature-nonce"),
              find_header(http.request(1).headers, "x-acs-signature-nonce"));
}

TEST_F(SourceClientTest, KeepsAtMostSoManyCallsInFlight)
{
    config.max_in_flight = 2;
    http.answer_with([](const HttpRequest&) { return Result<HttpResponse>(HttpResponse{200, {}, ""}); });
    http.hold();
    std::vector<std::unique_ptr<test::Started<Result<HttpResponse>>>> calls;
    for (int i = 0; i < 5; ++i) {
        auto call = list();
        call.query = "n=" + std::to_string(i);
        calls.push_back(
            std::make_unique<test::Started<Result<HttpResponse>>>(loop, client().send(call, deadline(), nullptr)));
    }
    test::run_until_idle(loop);
    EXPECT_EQ(http.waiting(), 2U);

    http.release(1);
    test::run_until_idle(loop);
    EXPECT_EQ(http.waiting(), 2U);
    EXPECT_TRUE(http.request(2).target.ends_with("n=2"));

    while (http.waiting() > 0) {
        EXPECT_LE(http.waiting(), 2U);
        http.release(1);
        test::run_until_idle(loop);
    }
    for (std::size_t i = 0; i < calls.size(); ++i) {
        EXPECT_TRUE(calls[i]->done());
        EXPECT_TRUE(http.request(i).target.ends_with("n=" + std::to_string(i)));
    }
}

TEST_F(SourceClientTest, WaitsForASlotOnlyUntilTheDeadline)
{
    config.max_in_flight = 1;
    http.reply(200);
    http.hold();
    test::Started running(loop, client().send(list(), deadline(), nullptr));
    test::run_until_idle(loop);

    const auto late = test::run(loop, client().send(list(), clock.steady_now(), nullptr));

    EXPECT_EQ(late.error().error_class, ErrorClass::timeout);
    EXPECT_FALSE(late.error().sent);
    http.release_all();
    test::run_until_idle(loop);
    EXPECT_TRUE(running.get());
    EXPECT_EQ(http.calls().size(), 1U);
}

TEST_F(SourceClientTest, CallsRunningTogetherShareOneRenewal)
{
    use_password();
    config.max_in_flight = 3;
    http.answer_with([this](const HttpRequest& request) -> Result<HttpResponse> {
        if (request.method == HttpMethod::post) {
            const std::string token = "t" + std::to_string(++logins);
            return HttpResponse{201,
                                {{"X-Subject-Token", token}},
                                R"({"token":{"expires_at":")" + format_timestamp(clock.now() + 1h) + R"("}})"};
        }
        const bool old = find_header(request.headers, "X-Auth-Token") == "t1";
        return HttpResponse{old ? 401 : 200, {}, ""};
    });
    std::vector<std::unique_ptr<test::Started<Result<HttpResponse>>>> calls;
    for (int i = 0; i < 3; ++i) {
        calls.push_back(
            std::make_unique<test::Started<Result<HttpResponse>>>(loop, client().send(list(), deadline(), nullptr)));
    }

    test::run_until_idle(loop);

    for (const auto& call : calls) {
        EXPECT_EQ(call->get()->status, 200);
    }
    EXPECT_EQ(logins, 2);
}

} // namespace
} // namespace polyglance
