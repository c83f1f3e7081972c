#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fleet.hpp"
#include "tests/support/running_app.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::size_t images = 5;
constexpr std::string_view password = "canary-9c1d-pass";

/// What a list over four clouds says about the first one, Glance, which was configured like that. The other three must
/// be whole, and no secret and no address may show.
json beside_three_good_ones(const Fleet& fleet, const std::function<void(SourceConfig&)>& configure)
{
    auto sources = fleet.sources();
    configure(sources.front());
    const RunningApp app(sources);

    const auto began = std::chrono::steady_clock::now();
    const auto answer = app.get("/v1/images?limit=1000&wait_ms=20000");

    EXPECT_LT(std::chrono::steady_clock::now() - began, 22s);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.body.find(password), std::string::npos) << answer.body;
    EXPECT_EQ(answer.body.find("127.0.0.1"), std::string::npos) << answer.body;
    const auto page = answer.json();
    for (std::size_t i = 1; i < Fleet::size; ++i) {
        EXPECT_EQ(page["sources"][i]["state"], "fresh") << page["sources"][i];
        EXPECT_EQ(page["sources"][i]["count"], images) << page["sources"][i];
    }
    return page["sources"][0];
}

void expect_error(const json& source, std::string_view error_class, std::string_view message)
{
    EXPECT_EQ(source["state"], "error") << source;
    ASSERT_FALSE(source["error"].is_null()) << source;
    EXPECT_EQ(source["error"]["class"], error_class) << source;
    EXPECT_EQ(source["error"]["message"], message) << source;
}

TEST(SickConnection, ARefusedOneIsNamed)
{
    const Fleet fleet(images);
    const auto source = beside_three_good_ones(fleet, [](SourceConfig& config) {
        const FakeBackend gone;
        config.endpoint = gone.endpoint();
    });

    expect_error(source, "upstream_unavailable", "the backend refused the connection");
}

TEST(SickConnection, ACertificateThatIsNotRightIsNamed)
{
    struct Case {
        FakeTls tls;
        const char* reason;
    };
    for (const auto& c : {
             Case{FakeTls::expired, "TLS: the certificate has expired"},
             Case{FakeTls::not_yet_valid, "TLS: the certificate is not valid yet"},
             Case{FakeTls::wrong_host, "TLS: the certificate is for another host"},
             Case{FakeTls::self_signed, "TLS: the certificate is self-signed"},
             Case{FakeTls::unknown_authority, "TLS: the certificate is from an unknown authority"},
             Case{FakeTls::tls11, "TLS: the backend offers no TLS 1.2 or newer"},
         }) {
        const Fleet fleet(images);
        const FakeBackend backend(c.tls);

        const auto source = beside_three_good_ones(fleet, [&](SourceConfig& config) {
            config.endpoint = backend.endpoint();
            config.tls.ca_file = test_ca_file();
        });

        expect_error(source, "upstream_unavailable", c.reason);
        EXPECT_TRUE(backend.requests().empty()) << "nothing was sent, least of all in the clear: " << c.reason;
    }
}

TEST(SickConnection, APlainServerIsNotTakenForATlsOne)
{
    const Fleet fleet(images);
    const FakeBackend plain;

    const auto source = beside_three_good_ones(fleet, [&](SourceConfig& config) {
        config.endpoint = plain.endpoint();
        config.endpoint->tls = true;
        config.request_timeout = 500ms; // it waits for the end of what it takes for a request
    });

    EXPECT_EQ(source["state"], "error") << source;
    EXPECT_TRUE(plain.requests().empty());
}

FakeScript token(std::string_view headers)
{
    return FakeScript("HTTP/1.1 201 Created\r\n" + std::string(headers) +
                      "Content-Length: 61\r\n\r\n"
                      R"({"token":{"expires_at":"2099-01-01T00:00:00.000000Z","a":""}})");
}

/// What asks for a token before it lists: its identity service is at `url`.
auto logging_in_at(const std::string& url, std::chrono::milliseconds timeout = 5s)
{
    return [url, timeout](SourceConfig& config) {
        config.auth.type = AuthType::password;
        config.auth.auth_url = url + "/v3";
        config.auth.username = "reader";
        config.auth.password = Secret(std::string(password));
        config.auth.project_name = "images";
        config.request_timeout = timeout;
    };
}

TEST(SickConnection, AnIdentityServiceThatWorksIsAskedOnce)
{
    const Fleet fleet(images);
    const FakeBackend identity([](const FakeRequest&) { return token("X-Subject-Token: t\r\n"); });

    const auto source = beside_three_good_ones(fleet, logging_in_at(identity.url()));

    EXPECT_EQ(source["state"], "fresh") << source;
    EXPECT_EQ(identity.requests().size(), 1u);
}

TEST(SickConnection, ABadIdentityServiceCostsOnlyItsOwnCloud)
{
    FakeBackend evil([](const FakeRequest&) { return token("X-Subject-Token: hostile\r\n"); });
    const auto reply = [](int status, std::string body = "hostile", HttpHeaders headers = {}) {
        return FakeScript(FakeReply{.status = status, .body = std::move(body), .headers = std::move(headers)});
    };
    struct Case {
        const char* name;
        FakeScript script;
        const char* error_class;
    };
    for (const auto& c : {
             Case{"hangs", FakeScript().hang(), "timeout"},
             Case{"hangs within the answer", FakeScript("HTTP/1.1 201 Created\r\nX-Subject-Token: hos").hang(),
                  "timeout"},
             Case{"drips", FakeScript().drip("HTTP/1.1 201 Created\r\nA: " + std::string(100'000, 'a'), 5ms),
                  "timeout"},
             Case{"resets", FakeScript().reset(), "upstream_unavailable"},
             Case{"is broken", reply(500), "upstream_unavailable"},
             Case{"refuses us", reply(401), "upstream_auth"},
             Case{"throttles us", reply(429, "hostile", {{"Retry-After", "60"}}), "throttled"},
             Case{"sends us away", reply(302, "", {{"Location", evil.url() + "/v3/auth/tokens"}}), "upstream_protocol"},
             Case{"sends us away for good", reply(308, "", {{"Location", evil.url() + "/v3/auth/tokens"}}),
                  "upstream_protocol"},
             Case{"answers with a page", reply(200, "<html>hostile</html>"), "upstream_protocol"},
             Case{"gives no token", token(""), "upstream_protocol"},
             Case{"gives a token with a space in it", token("X-Subject-Token: hos tile\r\n"), "upstream_protocol"},
             Case{"gives a token of two lines", token("X-Subject-Token: hos\r\n tile\r\n"), "upstream_protocol"},
             Case{"gives a token with a NUL in it", token(std::string_view("X-Subject-Token: hos\0tile\r\n", 27)),
                  "upstream_protocol"},
             Case{"is no HTTP server", FakeScript("SSH-2.0-hostile\r\n").hang(), "upstream_protocol"},
             Case{"sends a head without end", FakeScript("HTTP/1.1 201 Created\r\n").send_times(1'000'000, "A: b\r\n"),
                  "upstream_protocol"},
         }) {
        Fleet fleet(images);
        const FakeBackend identity([&](const FakeRequest&) { return c.script; });
        const auto timeout = std::string_view(c.error_class) == "timeout" ? 150ms : 5s;

        const auto source = beside_three_good_ones(fleet, logging_in_at(identity.url(), timeout));

        EXPECT_EQ(source["state"], "error") << c.name << source;
        ASSERT_FALSE(source["error"].is_null()) << c.name;
        EXPECT_EQ(source["error"]["class"], c.error_class) << c.name << source;
        EXPECT_EQ(source.dump().find("hostile"), std::string::npos) << c.name << source;
        EXPECT_TRUE(fleet.backend(0).requests().empty()) << c.name << ": nothing is listed without a token";
    }
    EXPECT_EQ(evil.connections(), 0u);
}

/// A cloud that suddenly refuses the token it took before.
TEST(SickConnection, ARefusedTokenIsRenewedOnceForAllCalls)
{
    Fleet fleet(40);
    std::atomic<int> issued{0};
    FakeBackend identity(
        [&](const FakeRequest&) { return token("X-Subject-Token: t" + std::to_string(++issued) + "\r\n"); });
    fleet.backend(0).set_handler([&](const FakeRequest& asked) -> FakeScript {
        const bool old = find_header(asked.headers, "X-Auth-Token") == "t1" && !asked.target.starts_with("/v2/schemas");
        return old ? FakeReply{.status = 401} : fleet.answer(0, asked);
    });

    auto sources = fleet.sources();
    sources.resize(1);
    logging_in_at(identity.url())(sources.front());
    sources.front().page_size = 5;
    const RunningApp app(sources);
    const auto answer = app.get("/v1/images?limit=1000&wait_ms=20000");

    EXPECT_EQ(answer.json()["images"].size(), 40u) << answer.body;
    EXPECT_EQ(issued, 2);
    fleet.backend(0).set_handler([](const FakeRequest&) { return FakeReply{.status = 404}; });
}

TEST(SickConnection, ATokenRefusedTwiceIsAnErrorAndNoStorm)
{
    Fleet fleet(images);
    FakeBackend identity([](const FakeRequest&) { return token("X-Subject-Token: t\r\n"); });
    fleet.backend(0).set_handler([](const FakeRequest&) { return FakeReply{.status = 401, .body = "hostile"}; });

    const auto source = beside_three_good_ones(fleet, logging_in_at(identity.url()));

    EXPECT_EQ(source["state"], "error") << source;
    EXPECT_EQ(source["error"]["class"], "upstream_auth") << source;
    EXPECT_EQ(identity.requests().size(), 2u) << "one token, and one more when it was refused";
}

} // namespace
} // namespace polyglance::test
