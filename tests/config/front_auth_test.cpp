#include <gtest/gtest.h>

#include "tests/config/workspace.hpp"
#include "tests/support/test_certificates.hpp"

namespace polyglance::test {
namespace {

constexpr std::string_view with_tokens = "auth: {mode: tokens, tokens_file: tokens.yaml}\n";
const std::string digest_a(64, 'a');
const std::string digest_b(64, 'b');

std::string token(std::string_view name, std::string_view sha256, std::string_view rest)
{
    return "- {name: " + std::string(name) + ", sha256: " + std::string(sha256) + ", " + std::string(rest) + "}\n";
}

TEST(TokensFile, GivesEachTokenItsSourcesAndScopes)
{
    Workspace space;
    space.write("tokens.yaml",
                token("grafana", digest_a, "sources: ['*'], scopes: [images:read]") +
                    token("ops.team_1", digest_b, "sources: [os-a, prod-*], scopes: [images:delete, sources:refresh]"));

    const auto config = space.load(with_tokens);

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_TRUE(config->auth.tokens_required);
    const std::vector<TokenConfig> wanted{
        {.name = "grafana", .sha256 = digest_a, .sources = {"*"}, .read_images = true},
        {.name = "ops.team_1",
         .sha256 = digest_b,
         .sources = {"os-a", "prod-*"},
         .delete_images = true,
         .refresh_sources = true}};
    EXPECT_EQ(config->auth.tokens, wanted);
    EXPECT_FALSE(describe(*config).contains(digest_a));
}

struct BadTokens {
    const char* name;
    std::string text;
    const char* place; ///< where and pointer
    const char* expected;
};

class BadTokensFile : public testing::TestWithParam<BadTokens> {};

TEST_P(BadTokensFile, IsRefusedWithPlaceAndExpectation)
{
    Workspace space;
    space.write("tokens.yaml", GetParam().text);

    const auto result = space.load(with_tokens);

    ASSERT_FALSE(result);
    const auto shown = problems_of(result);
    EXPECT_TRUE(shown.contains(GetParam().place)) << shown;
    EXPECT_TRUE(shown.contains(GetParam().expected)) << shown;
    EXPECT_FALSE(shown.contains("s3cr3t-canary")) << shown;
}

constexpr const char* all_read = "sources: ['*'], scopes: [images:read]";

INSTANTIATE_TEST_SUITE_P(
    All, BadTokensFile,
    testing::Values(
        BadTokens{"no_list", "tokens: []\n", "tokens.yaml", "must be a list of tokens"},
        BadTokens{"empty_list", "[]\n", "tokens.yaml", "at least one"},
        BadTokens{"word", "- grafana\n", "tokens.yaml:1", "must be a mapping"},
        BadTokens{"token_instead_of_digest", token("a", "s3cr3t-canary", all_read), "/0/sha256", "64 hex digits"},
        BadTokens{"no_name", "- {sha256: " + digest_a + ", sources: [a], scopes: [images:read]}\n", "/0", "name"},
        BadTokens{"bad_name", token("'a b'", digest_a, all_read), "/0/name", "letters, digits"},
        BadTokens{"name_twice", token("a", digest_a, all_read) + token("a", digest_b, all_read), "/1/name",
                  "another token"},
        BadTokens{"digest_twice", token("a", digest_a, all_read) + token("b", digest_a, all_read), "/1/sha256",
                  "another token"},
        BadTokens{"unknown_scope", token("a", digest_a, "sources: ['*'], scopes: [images:write]"), "/0/scopes/0",
                  "images:read"},
        BadTokens{"bad_pattern", token("a", digest_a, "sources: ['a/b'], scopes: [images:read]"), "/0/sources/0",
                  "a pattern such as"},
        BadTokens{"no_scopes", token("a", digest_a, "sources: ['*']"), "/0", "scopes"},
        BadTokens{"unknown_key", token("a", digest_a, std::string(all_read) + ", expires: never"), "/0/expires",
                  "unknown key"}),
    [](const auto& row) { return row.param.name; });

TEST(ServerTls, TakesACertificateAndItsKeyOnly)
{
    Workspace space;
    const auto mine = make_certificate(FakeTls::valid);
    const auto other = make_certificate(FakeTls::valid);
    space.write("c.pem", mine.certificate_pem, 0644);
    space.write("k.pem", mine.key_pem);
    space.write("other.pem", other.key_pem);
    space.write("wide.pem", mine.key_pem, 0644);

    const auto good = space.load("server: {tls: {certificate: c.pem, key: k.pem}}\n");
    const auto foreign = space.load("server: {tls: {certificate: c.pem, key: other.pem}}\n");
    const auto wide = space.load("server: {tls: {certificate: c.pem, key: wide.pem}}\n");

    ASSERT_TRUE(good) << problems_of(good);
    EXPECT_EQ(good->server.tls, (ServerTlsConfig{space.path("c.pem"), space.path("k.pem")}));
    EXPECT_TRUE(problems_of(foreign).contains("holds the key of another certificate")) << problems_of(foreign);
    EXPECT_TRUE(problems_of(wide).contains("0640")) << problems_of(wide);
}

TEST(Network, ContainsWhatItsPrefixSays)
{
    std::string error;
    const auto contains = [&](std::string_view network, std::string_view address) {
        return parse_network(network, error).value().contains(address);
    };

    EXPECT_TRUE(contains("10.0.0.0/8", "10.255.1.2"));
    EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(contains("192.168.4.0/22", "192.168.7.255"));
    EXPECT_FALSE(contains("192.168.4.0/22", "192.168.8.0"));
    EXPECT_TRUE(contains("127.0.0.1", "127.0.0.1"));
    EXPECT_TRUE(contains("127.0.0.1", "::ffff:127.0.0.1"));
    EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8"));
    EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(contains("fd00::/8", "fdab::1"));
    EXPECT_FALSE(contains("fd00::/8", "fe80::1"));
    EXPECT_FALSE(contains("fd00::/8", "not an address"));
}

} // namespace
} // namespace polyglance::test
