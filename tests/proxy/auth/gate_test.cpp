#include <gtest/gtest.h>

#include "model/digest.hpp"
#include "proxy/auth/gate.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

FrontAuthConfig two_tokens()
{
    const auto known = [](std::string name, std::string_view token, std::vector<std::string> sources) {
        return TokenConfig{.name = std::move(name),
                           .sha256 = to_hex(as_bytes(sha256(token))),
                           .sources = std::move(sources),
                           .read_images = true};
    };
    auto deleter = known("deleter", "token-d", {"os-*"});
    deleter.read_images = false;
    deleter.delete_images = true;
    return {.tokens_required = true, .tokens = {known("reader", "token-r", {"os-a", "hw-*"}), deleter}};
}

/// What the gate says of one request.
struct Verdict {
    std::string code; ///< "" = admitted
    Request request;
};

Verdict ask(Gate& gate, std::vector<Header> headers, Access access = Access::read, std::string peer = "192.0.2.1",
            std::chrono::seconds at = 0s)
{
    Verdict out;
    out.request.headers = std::move(headers);
    out.request.peer = std::move(peer);
    out.request.received = std::chrono::steady_clock::time_point(1h + at);
    const auto problem = gate.admit(out.request, access);
    out.code = problem ? problem->code : "";
    return out;
}

TEST(Gate, WithoutTokensEverybodyMayDoEverything)
{
    Gate gate({}, {});

    const auto verdict = ask(gate, {});

    EXPECT_EQ(verdict.code, "");
    EXPECT_TRUE(verdict.request.caller->delete_images);
    EXPECT_TRUE(verdict.request.caller->sees("anything"));
}

TEST(Gate, RecognisesATokenInEitherHeader)
{
    Gate gate({}, two_tokens());

    for (const auto& headers :
         std::vector<std::vector<Header>>{{{"Authorization", "Bearer token-r"}},
                                          {{"authorization", "BEARER  token-r "}},
                                          {{"X-Auth-Token", "token-r"}},
                                          {{"Authorization", "Bearer token-r"}, {"X-Auth-Token", "token-r"}}}) {
        const auto verdict = ask(gate, headers);
        ASSERT_EQ(verdict.code, "");
        EXPECT_EQ(verdict.request.caller->name, "reader");
        EXPECT_TRUE(verdict.request.caller->sees("os-a"));
        EXPECT_TRUE(verdict.request.caller->sees("hw-cn-north-4"));
        EXPECT_FALSE(verdict.request.caller->sees("os-b"));
        EXPECT_FALSE(verdict.request.caller->sees("os-a2"));
    }
}

TEST(Gate, RefusesWhoIsNotKnownOrMayNot)
{
    Gate gate({}, two_tokens());

    EXPECT_EQ(ask(gate, {}).code, "unauthenticated");
    EXPECT_EQ(ask(gate, {{"Authorization", "Bearer token-x"}}).code, "unauthenticated");
    EXPECT_EQ(ask(gate, {{"Authorization", "Basic token-r"}}).code, "unauthenticated");
    EXPECT_EQ(ask(gate, {{"Authorization", "token-r"}}).code, "unauthenticated");
    EXPECT_EQ(ask(gate, {{"Authorization", "Bearer token-d"}}).code, "forbidden");
    EXPECT_EQ(ask(gate, {{"Authorization", "Bearer token-d"}}, Access::known).code, "");
    EXPECT_EQ(ask(gate, {{"Authorization", "Bearer token-r"}, {"X-Auth-Token", "token-d"}}).code,
              "conflicting_credentials");
    EXPECT_EQ(ask(gate, {{"Authorization", "Bearer token-r"}, {"Authorization", "Bearer token-r"}}).code,
              "conflicting_credentials");
}

TEST(Gate, OpenPathsAskForNothingAndShowNothing)
{
    Gate gate({}, two_tokens());

    for (const auto& headers : std::vector<std::vector<Header>>{{}, {{"X-Auth-Token", "wrong"}}}) {
        const auto verdict = ask(gate, headers, Access::open);
        EXPECT_EQ(verdict.code, "");
        EXPECT_FALSE(verdict.request.caller->sees("os-a"));
    }
    EXPECT_TRUE(ask(gate, {{"X-Auth-Token", "token-r"}}, Access::open).request.caller->sees("os-a"));
}

TEST(Gate, StopsAPeerThatGuesses)
{
    Gate gate({}, two_tokens());
    int refused = 0;
    for (int i = 0; i < 100; ++i) {
        refused += ask(gate, {{"X-Auth-Token", "guess"}}).code == "rate_limited" ? 1 : 0;
    }

    EXPECT_EQ(refused, 80);
    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}).code, "rate_limited") << "a right guess gains nothing either";
    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}, Access::read, "192.0.2.2").code, "") << "others are not touched";
    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}, Access::read, "192.0.2.1", 4s).code, "");
}

TEST(Gate, GuessingClosesNoOpenPath)
{
    Gate gate({}, two_tokens());
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(ask(gate, {{"X-Auth-Token", "guess"}}, Access::open).code, "");
    }

    const auto verdict = ask(gate, {{"X-Auth-Token", "token-r"}}, Access::open);

    EXPECT_EQ(verdict.code, "") << "a probe that shows a token must not fail because others guess";
    EXPECT_FALSE(verdict.request.caller->sees("os-a")) << "nor may it tell a right guess from a wrong one";
}

TEST(Gate, OneIpv6NetworkIsOneGuesser)
{
    Gate gate({}, two_tokens());
    for (int i = 0; i < 30; ++i) {
        ask(gate, {{"X-Auth-Token", "guess"}}, Access::read, "2001:db8::" + std::to_string(i + 1));
    }

    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}, Access::read, "2001:db8::ffff").code, "rate_limited");
    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}, Access::read, "2001:db8:0:1::1").code, "");
}

TEST(Gate, Ipv4PeersOfADualStackListenerAreNotOneNetwork)
{
    Gate gate({}, two_tokens());
    for (int i = 0; i < 30; ++i) {
        ask(gate, {{"X-Auth-Token", "guess"}}, Access::read, "::ffff:192.0.2.1");
    }

    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}, Access::read, "::ffff:192.0.2.2").code, "");
    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}, Access::read, "::ffff:192.0.2.1").code, "rate_limited");
    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}, Access::read, "192.0.2.1").code, "rate_limited")
        << "the same address, however it came";
}

TEST(Gate, LimitsEachCallerByItself)
{
    ServerConfig server;
    server.rate_limit = 10;
    Gate gate(server, two_tokens());
    int refused = 0;
    for (int i = 0; i < 100; ++i) {
        refused += ask(gate, {{"X-Auth-Token", "token-r"}}).code == "rate_limited" ? 1 : 0;
    }

    EXPECT_EQ(refused, 80) << "a burst of two seconds' worth";
    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-d"}}, Access::known).code, "");
    EXPECT_EQ(ask(gate, {}, Access::open).code, "") << "health stays readable";
    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}, Access::read, "192.0.2.1", 1s).code, "");
}

TEST(Gate, BelievesForwardedAddressesOfTrustedProxiesOnly)
{
    std::string error;
    ServerConfig server;
    server.trusted_proxies = {*parse_network("10.0.0.0/8", error), *parse_network("fd00::/8", error)};
    Gate gate(server, {});
    const std::vector<Header> forwarded{{"X-Forwarded-For", "198.51.100.9, 203.0.113.7, 10.1.1.1"},
                                        {"X-Forwarded-Prefix", "/images/"}};

    const auto trusted = ask(gate, forwarded, Access::read, "10.0.0.1").request;
    const auto stranger = ask(gate, forwarded, Access::read, "192.0.2.1").request;

    EXPECT_EQ(trusted.peer, "203.0.113.7") << "the last address that no trusted hop vouches for";
    EXPECT_EQ(trusted.prefix, "/images");
    EXPECT_EQ(stranger.peer, "192.0.2.1");
    EXPECT_EQ(stranger.prefix, "");
    for (const auto* prefix : {"//evil.example", "https://evil.example", "/a b", "/a\"><", "x"}) {
        EXPECT_EQ(ask(gate, {{"X-Forwarded-Prefix", prefix}}, Access::read, "10.0.0.1").request.prefix, "") << prefix;
    }
    EXPECT_EQ(ask(gate, {{"X-Forwarded-For", "nonsense"}}, Access::read, "10.0.0.1").request.peer, "10.0.0.1");
}

TEST(Gate, TakesOtherTokensOnReload)
{
    Gate gate({}, two_tokens());
    auto fewer = two_tokens();
    fewer.tokens.erase(fewer.tokens.begin());

    gate.set_tokens(fewer);

    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-r"}}).code, "unauthenticated");
    EXPECT_EQ(ask(gate, {{"X-Auth-Token", "token-d"}}, Access::known).code, "");
}

} // namespace
} // namespace polyglance
