#include <gtest/gtest.h>

#include <memory>

#include "adapters/auth/fixed_token.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_http_client.hpp"
#include "tests/support/started.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

constexpr const char* catalogue =
    R"({"catalog":[{"type":"image","endpoints":[{"interface":"public","region":"r","url":"https://image:9292"}]}]})";

struct FixedTokenTest : testing::Test {
    std::unique_ptr<Authenticator> make(const char* token, const char* auth_url)
    {
        AuthConfig config;
        config.type = AuthType::token;
        config.token = Secret(token);
        config.auth_url = auth_url;
        return make_authenticator(config, {http, clock, 10s, {}, ""});
    }
    Deadline deadline() const { return clock.steady_now() + 1min; }

    test::ManualClock clock;
    test::ScriptedHttpClient http;
    asio::io_context loop;
};

TEST_F(FixedTokenTest, ShowsTheTokenAndCannotRenewIt)
{
    const auto auth = make("given", "");
    HttpRequest request;

    EXPECT_TRUE(test::run(loop, auth->authorize(request, deadline())));

    EXPECT_EQ(find_header(request.headers, "X-Auth-Token"), "given");
    EXPECT_FALSE(auth->refused(request));
}

TEST_F(FixedTokenTest, RefusesTokensThatCannotBeSent)
{
    for (const char* token : {"", "two words", "line\nbreak"}) {
        HttpRequest request;

        const auto failed = test::run(loop, make(token, "")->authorize(request, deadline()));

        EXPECT_EQ(failed.error().error_class, ErrorClass::config);
        EXPECT_TRUE(request.headers.empty());
    }
}

TEST_F(FixedTokenTest, AsksForTheCatalogueOnce)
{
    const auto auth = make("given", "https://keystone/v3");
    http.reply(200, catalogue);
    http.hold();
    test::Started first(loop, auth->endpoint_of("image", "r", "public", deadline()));
    test::Started second(loop, auth->endpoint_of("image", "r", "public", deadline()));
    test::run_until_idle(loop);

    http.release_all();
    test::run_until_idle(loop);

    ASSERT_TRUE(first.get() && second.get());
    EXPECT_EQ(first.get()->host, "image");
    EXPECT_EQ(second.get()->host, "image");
    ASSERT_EQ(http.calls().size(), 1U);
    EXPECT_EQ(http.request(0).method, HttpMethod::get);
    EXPECT_EQ(http.request(0).target, "/v3/auth/catalog");
    EXPECT_EQ(find_header(http.request(0).headers, "X-Auth-Token"), "given");
}

TEST_F(FixedTokenTest, AsksForTheCatalogueAgainAfterAFailure)
{
    const auto auth = make("given", "https://keystone");
    http.reply(401);
    http.reply(200, catalogue);

    const auto failed = test::run(loop, auth->endpoint_of("image", "r", "public", deadline()));
    const auto found = test::run(loop, auth->endpoint_of("image", "r", "public", deadline()));

    EXPECT_EQ(failed.error().error_class, ErrorClass::upstream_auth);
    EXPECT_TRUE(found);
}

TEST_F(FixedTokenTest, HasNoCatalogueWithoutAnIdentityService)
{
    const auto failed = test::run(loop, make("given", "")->endpoint_of("image", "r", "public", deadline()));

    EXPECT_EQ(failed.error().error_class, ErrorClass::config);
    EXPECT_TRUE(http.calls().empty());
}

} // namespace
} // namespace polyglance
