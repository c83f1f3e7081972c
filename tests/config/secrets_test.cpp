#include <gtest/gtest.h>

#include "tests/config/workspace.hpp"

namespace polyglance::test {
namespace {

std::string with_token(std::string_view auth)
{
    return "sources:\n  - id: a\n    provider: glance\n    endpoint: http://127.0.0.1:1\n    auth: {type: token, " +
           std::string(auth) + "}\n";
}

std::string token_of(Workspace& space, std::string_view auth)
{
    const auto config = space.load(with_token(auth));
    EXPECT_TRUE(config) << problems_of(config);
    return config ? config->sources[0].auth.token.reveal() : "";
}

TEST(Secrets, OneTrailingNewlineIsTrimmed)
{
    Workspace space;
    space.write("unix", "value\n");
    space.write("dos", "value\r\n");
    space.write("bare", "value", 0440);

    EXPECT_EQ(token_of(space, "token_file: unix"), "value");
    EXPECT_EQ(token_of(space, "token_file: dos"), "value");
    EXPECT_EQ(token_of(space, "token_file: bare"), "value");
}

TEST(Secrets, HomeIsUnderstood)
{
    Workspace space;
    space.inputs.home = space.path("home");
    space.write("home/token", "value");

    EXPECT_EQ(token_of(space, "token_file: ~/token"), "value");
}

TEST(Secrets, SizeBoundIsExact)
{
    Workspace space;
    space.write("fits", std::string(65536, 'x'));
    space.write("over", std::string(65537, 'x'));

    EXPECT_EQ(token_of(space, "token_file: fits").size(), 65536U);
    EXPECT_TRUE(problems_of(space.load(with_token("token_file: over"))).contains("is larger than 64 KiB"));
}

TEST(Secrets, PasswordsMayBeInAnyLanguage)
{
    Workspace space;

    const auto config =
        space.load("cache: {redis: {url: 'redis://127.0.0.1', password: 'pässwörd mit Leerzeichen'}}\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->cache.redis->password.reveal(), "pässwörd mit Leerzeichen");
}

TEST(References, AreReplacedAnywhereInAValue)
{
    Workspace space;
    space.write("part", "two\n");
    space.variable("PART", "one");
    space.variable("NESTED", "${PART}");

    EXPECT_EQ(token_of(space, "token: \"${PART}-${file:part}-three\""), "one-two-three");
    EXPECT_EQ(token_of(space, "token: \"${PART}${PART}\""), "oneone");
    EXPECT_EQ(token_of(space, "token: \"a$b$$c$\""), "a$b$$c$");
    EXPECT_EQ(token_of(space, "token: \"$${PART}\""), "${PART}");
    EXPECT_EQ(token_of(space, "token: \"${NESTED}\""), "${PART}");
}

TEST(References, AreLookedUpOnlyWhereTheValueCounts)
{
    Workspace space;
    space.variable("POLYGLANCE_SOURCES__0__AUTH__TOKEN", "given");

    EXPECT_EQ(token_of(space, "token: \"${NOT_SET}\""), "given");
}

TEST(References, WorkInPlainValuesToo)
{
    Workspace space;
    space.variable("PORT", "8081");

    const auto config = space.load("server: {listen: \"127.0.0.1:${PORT}\"}\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->server.listen[0].port, 8081);
}

} // namespace
} // namespace polyglance::test
