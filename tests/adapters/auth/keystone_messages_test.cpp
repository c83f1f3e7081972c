#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

#include "adapters/auth/keystone_messages.hpp"
#include "tests/support/recording.hpp"

namespace polyglance::keystone {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::recorded;

AuthConfig password_login()
{
    AuthConfig config;
    config.type = AuthType::password;
    config.username = "demo";
    config.user_domain_id = "default";
    config.password = Secret(std::string(24, 'x'));
    config.project_name = "demo";
    config.project_domain_id = "default";
    return config;
}

AuthConfig application_credential_login()
{
    AuthConfig config;
    config.type = AuthType::application_credential;
    config.credential_id = "2dd1aff74d474385b5e39d45d089ec3a";
    config.credential_secret = Secret("wrong");
    return config;
}

json body_of(const AuthConfig& config)
{
    return json::parse(login_body(config).value());
}

TEST(LoginBody, IsWhatARealKeystoneAccepted)
{
    EXPECT_EQ(body_of(password_login()), json::parse(recorded("keystone-password").request_body));
    EXPECT_EQ(body_of(application_credential_login()),
              json::parse(recorded("keystone-application-credential-bad").request_body));
}

TEST(LoginBody, PrefersIdsToNames)
{
    AuthConfig config = password_login();
    config.user_id = "u1";
    config.project_id = "p1";

    const json auth = body_of(config).at("auth");

    EXPECT_EQ(auth.at("identity").at("password").at("user"), (json{{"id", "u1"}, {"password", std::string(24, 'x')}}));
    EXPECT_EQ(auth.at("scope"), (json{{"project", {{"id", "p1"}}}}));
}

TEST(LoginBody, GivesNamesTheUsersDomainOrTheDefaultOne)
{
    AuthConfig config = password_login();
    config.project_domain_id.clear();
    config.user_domain_id.clear();
    EXPECT_EQ(body_of(config)["auth"]["scope"]["project"]["domain"], (json{{"id", "default"}}));

    config.user_domain_name = "Corp";
    EXPECT_EQ(body_of(config)["auth"]["scope"]["project"]["domain"], (json{{"name", "Corp"}}));
    EXPECT_EQ(body_of(config)["auth"]["identity"]["password"]["user"]["domain"], (json{{"name", "Corp"}}));
}

TEST(LoginBody, ScopesToADomainOrToNothing)
{
    AuthConfig config = password_login();
    config.project_name.clear();
    EXPECT_FALSE(body_of(config)["auth"].contains("scope"));

    config.domain_name = "account";
    EXPECT_EQ(body_of(config)["auth"]["scope"], (json{{"domain", {{"name", "account"}}}}));
}

TEST(LoginBody, NamesTheOwnerOfAnApplicationCredentialGivenByName)
{
    AuthConfig config = application_credential_login();
    config.credential_id.clear();
    config.credential_name = "robot";
    config.user_id = "u1";
    config.project_name = "ignored";

    const json auth = body_of(config).at("auth");

    EXPECT_EQ(auth.at("identity").at("application_credential"),
              (json{{"name", "robot"}, {"secret", "wrong"}, {"user", {{"id", "u1"}}}}));
    EXPECT_FALSE(auth.contains("scope"));
}

TEST(LoginBody, RefusesTextThatIsNotUtf8)
{
    AuthConfig config = password_login();
    config.password = Secret("gar\xe7on");

    const auto body = login_body(config);

    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().error_class, ErrorClass::config);
    EXPECT_EQ(body.error().message.find("gar"), std::string::npos);
}

TEST(Target, TakesAuthUrlsWithAndWithoutVersion)
{
    EXPECT_EQ(target_of(Endpoint{.host = "k", .port = 80, .prefix = ""}, "/auth/tokens"), "/v3/auth/tokens");
    EXPECT_EQ(target_of(Endpoint{.host = "k", .port = 80, .prefix = "/v3"}, "/auth/tokens"), "/v3/auth/tokens");
    EXPECT_EQ(target_of(Endpoint{.host = "k", .port = 80, .prefix = "/identity"}, "/auth/catalog"),
              "/identity/v3/auth/catalog");
}

TEST(IssuedToken, IsReadFromWhatARealKeystoneAnswered)
{
    for (const char* name : {"keystone-password", "keystone-application-credential"}) {
        const auto token = read_issued_token(recorded(name).response, Instant{});

        ASSERT_TRUE(token) << name;
        EXPECT_TRUE(token->value.reveal().starts_with("TTTTTTTT"));
        EXPECT_EQ(token->lifetime, 3600s);
        EXPECT_EQ(token->project_id, "058c2dfef53347f58a199f504e7695c1");
        EXPECT_EQ(token->catalogue.entries.size(), 9U);
        const auto image = token->catalogue.find("image", "RegionOne", "public");
        ASSERT_TRUE(image);
        EXPECT_EQ(image->port, 15001);
        EXPECT_EQ(token->catalogue.find("compute", "RegionOne", "internal")->prefix, "/v2.1");
    }
}

TEST(IssuedToken, MayLackCatalogueAndProject)
{
    const auto bare = read_issued_token(recorded("keystone-password-nocatalog").response, Instant{});
    const auto unscoped = read_issued_token(recorded("keystone-password-unscoped").response, Instant{});

    ASSERT_TRUE(bare && unscoped);
    EXPECT_TRUE(bare->catalogue.entries.empty());
    EXPECT_EQ(unscoped->project_id, "");
}

HttpResponse issued(std::string expires_at, HttpHeaders more = {})
{
    more.emplace_back("x-subject-token", "tok");
    return {201, std::move(more), json{{"token", {{"expires_at", expires_at}}}}.dump()};
}

TEST(IssuedToken, MeasuresItsLifeOnTheServersClock)
{
    const Instant our_wrong_clock = *parse_timestamp("2031-01-01T00:00:00Z");

    const auto token = read_issued_token(issued("2018-11-06T07:12:40.5Z", {{"Date", "Tue, 06 Nov 2018 06:12:40 GMT"}}),
                                         our_wrong_clock);

    ASSERT_TRUE(token);
    EXPECT_EQ(token->lifetime, 3600500ms);
}

TEST(IssuedToken, FallsBackToOurClock)
{
    const Instant now = *parse_timestamp("2018-11-06T07:00:00Z");

    EXPECT_EQ(read_issued_token(issued("2018-11-06T07:10:00Z"), now)->lifetime, 600s);
    EXPECT_FALSE(read_issued_token(issued("2018-11-06T07:00:00Z"), now));
}

TEST(IssuedToken, BoundsALifeWithoutEnd)
{
    EXPECT_EQ(read_issued_token(issued("9999-12-31T23:59:59Z"), Instant{})->lifetime, std::chrono::days{365});
}

TEST(IssuedToken, RefusesMalformedAnswers)
{
    const HttpHeaders with_token{{"X-Subject-Token", "tok"}};
    const std::string good_body = R"({"token":{"expires_at":"2018-11-06T07:10:00Z"}})";
    const std::vector<HttpResponse> answers{
        {201, {}, good_body},
        {201, {{"X-Subject-Token", "a b"}}, good_body},
        {201, {{"X-Subject-Token", std::string(32769, 'a')}}, good_body},
        {201, with_token, ""},
        {201, with_token, "[]"},
        {201, with_token, R"({"token":"text"})"},
        {201, with_token, R"({"token":{"expires_at":17}})"},
        {201, with_token, R"({"token":{"expires_at":"soon"}})"},
        {201, with_token, std::string(1 << 19, '[')},
        {201, with_token, "\"" + std::string(max_answer_bytes, 'x') + "\""},
    };
    for (const HttpResponse& answer : answers) {
        const auto token = read_issued_token(answer, Instant{});

        ASSERT_FALSE(token);
        EXPECT_EQ(token.error().error_class, ErrorClass::upstream_protocol);
    }
}

TEST(IssuedToken, SkipsCatalogueEntriesOfAnotherShape)
{
    const HttpResponse answer{
        201,
        {{"X-Subject-Token", "tok"}},
        R"({"token":{"expires_at":"2018-11-06T07:10:00Z","project":[],"catalog":[1,"x",null,[],)"
        R"({"type":"image"},{"type":"image","endpoints":"none"},{"type":7,"endpoints":[{"url":"u"}]},)"
        R"({"type":"image","endpoints":[{"url":null},{"interface":"public","url":"http://h"}]}]}})"};

    const auto token = read_issued_token(answer, Instant{});

    ASSERT_TRUE(token);
    ASSERT_EQ(token->catalogue.entries.size(), 1U);
    EXPECT_EQ(token->catalogue.entries.front().url, "http://h");
}

TEST(Catalogue, ALongTypeIsNotCopiedForEveryEndpoint)
{
    const auto answer_with = [](std::size_t type_bytes) {
        return HttpResponse{200,
                            {},
                            R"({"catalog":[{"type":")" + std::string(type_bytes, 't') +
                                R"(","endpoints":[{"url":"http://a"},{"url":"http://b"}]}]})"};
    };

    EXPECT_EQ(read_catalogue(answer_with(255), Instant{})->entries.size(), 2U);
    EXPECT_EQ(read_catalogue(answer_with(256), Instant{})->entries.size(), 0U);
}

TEST(Catalogue, IsReadFromItsOwnCall)
{
    const HttpResponse answer{
        200,
        {},
        R"({"catalog":[{"type":"image","endpoints":[{"interface":"public","region":"r","url":"http://h:1"}]}]})"};

    const auto catalogue = read_catalogue(answer, Instant{});

    ASSERT_TRUE(catalogue);
    EXPECT_TRUE(catalogue->find("image", "r", "public"));
    EXPECT_EQ(read_catalogue({200, {}, "{}"}, Instant{}).error().error_class, ErrorClass::upstream_protocol);
    EXPECT_EQ(read_catalogue({401, {}, ""}, Instant{}).error().error_class, ErrorClass::upstream_auth);
}

TEST(Refusal, ClassifiesWhatARealKeystoneAnswers)
{
    const auto class_of = [](const char* name) { return refusal(recorded(name).response, Instant{}).error_class; };

    EXPECT_EQ(class_of("keystone-password-wrong"), ErrorClass::upstream_auth);
    EXPECT_EQ(class_of("keystone-application-credential-bad"), ErrorClass::upstream_auth);
    EXPECT_EQ(class_of("keystone-project-unknown"), ErrorClass::upstream_auth);
    EXPECT_EQ(class_of("keystone-body-schema-bad"), ErrorClass::config);
    EXPECT_EQ(class_of("keystone-root"), ErrorClass::upstream_protocol);
}

TEST(Refusal, SaysThatASecondFactorIsNotSupported)
{
    const Error error = refusal({401, {{"Openstack-Auth-Receipt", "r"}}, ""}, Instant{});

    EXPECT_EQ(error.error_class, ErrorClass::upstream_auth);
    EXPECT_NE(error.message.find("multi-factor login is not supported"), std::string::npos);
}

TEST(Refusal, PassesOnHowLongToWait)
{
    const Error throttled = refusal({429, {{"Retry-After", "30"}}, ""}, Instant{});
    const Error down = refusal({503, {{"Retry-After", "5"}}, ""}, Instant{});

    EXPECT_EQ(throttled.error_class, ErrorClass::throttled);
    EXPECT_EQ(throttled.retry_after, 30s);
    EXPECT_EQ(down.error_class, ErrorClass::upstream_unavailable);
    EXPECT_EQ(down.retry_after, 5s);
}

TEST(Renewal, ComesAMinuteOrAFinalTwentiethEarly)
{
    EXPECT_EQ(time_until_renewal(600s), 540s);
    EXPECT_EQ(time_until_renewal(3600s), 3420s);
    EXPECT_EQ(time_until_renewal(24h), 24h - 72min);
}

TEST(Renewal, LeavesAShortTokenHalfOfItsLife)
{
    EXPECT_EQ(time_until_renewal(100s), 50s);
    EXPECT_EQ(time_until_renewal(2us), 1us);
}

TEST(Token, HoldsVisibleAsciiOnly)
{
    EXPECT_TRUE(is_token("gAAAAA-_=.~!"));
    EXPECT_TRUE(is_token(std::string(32768, 'x')));
    for (const std::string& text : {std::string(), std::string("a b"), std::string("a\r\nX: y"), std::string("a\x7f"),
                                    std::string("\xc3\xa4"), std::string(1, '\0'), std::string(32769, 'x')}) {
        EXPECT_FALSE(is_token(text));
    }
}

} // namespace
} // namespace polyglance::keystone
