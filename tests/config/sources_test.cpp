#include <gtest/gtest.h>

#include "config/source_rules.hpp"
#include "tests/config/workspace.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

TEST(Sources, RegionsUnfoldInOrder)
{
    Workspace space;

    const auto config = space.load("sources:\n  - {id: hw, title: Huawei, provider: cloudimages, regions: [cn-north-4, "
                                   "cn-east-3]}\n  - {id: os, provider: glance, endpoint: 'http://127.0.0.1', regions: "
                                   "[RegionOne]}\n");

    ASSERT_TRUE(config) << problems_of(config);
    ASSERT_EQ(config->sources.size(), 3U);
    EXPECT_EQ(config->sources[0].id, "hw-cn-north-4");
    EXPECT_EQ(config->sources[0].title, "Huawei cn-north-4");
    EXPECT_EQ(config->sources[1].region, "cn-east-3");
    EXPECT_EQ(config->sources[2].id, "os-regionone");
    EXPECT_EQ(config->sources[2].title, "os-regionone");
    EXPECT_EQ(config->sources[2].region, "RegionOne");
}

TEST(Sources, TtlDefaultsToTheCaches)
{
    Workspace space;

    const auto config = space.load("cache: {ttl: 30s}\nsources:\n"
                                   "  - {id: a, provider: glance, endpoint: 'http://127.0.0.1'}\n"
                                   "  - {id: b, provider: glance, endpoint: 'http://127.0.0.1', ttl: 10s}\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->sources[0].ttl, 30s);
    EXPECT_EQ(config->sources[1].ttl, 10s);
}

TEST(Sources, DisabledOnesStayInTheListing)
{
    Workspace space;

    const auto config =
        space.load("sources: [{id: a, provider: glance, endpoint: 'http://127.0.0.1', enabled: false}]\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_FALSE(config->sources[0].enabled);
}

TEST(Sources, EqualOnesAreEqualWhereverTheyStand)
{
    Workspace space;
    const std::string source = "sources: [{id: a, provider: glance, endpoint: 'http://127.0.0.1'}]\n";

    const auto one = space.load(source);
    const auto two = space.load("# moved down\n\n" + source);

    EXPECT_EQ(one->sources, two->sources);
}

TEST(Sources, AllowedPlaintextIsAWarning)
{
    Workspace space;

    const auto config = space.load("sources: [{id: a, provider: glance, endpoint: 'http://glance.test', "
                                   "allow_plaintext: true, tls: {verify: false}, auth: {type: token, token: t}}]\n");

    ASSERT_TRUE(config) << problems_of(config);
    ASSERT_EQ(config->warnings.size(), 2U);
    EXPECT_TRUE(config->warnings[0].contains("source a sends its credentials in clear"));
    EXPECT_TRUE(config->warnings[1].contains("source a does not verify certificates"));
}

TEST(Sources, PlaintextWithoutCredentialsNeedsNoPermission)
{
    Workspace space;

    EXPECT_TRUE(space.load("sources: [{id: a, provider: glance, endpoint: 'http://glance.test'}]\n"));
}

TEST(Sources, SameListingTwiceIsAWarning)
{
    Workspace space;

    const auto config = space.load("sources:\n  - {id: a, provider: glance, endpoint: 'http://127.0.0.1'}\n"
                                   "  - {id: b, provider: glance, endpoint: 'http://127.0.0.1'}\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->warnings, (std::vector<std::string>{"sources: a and b read the same listing as the same user"}));
}

TEST(Sources, EveryAuthTypeLoadsWhereItSuits)
{
    Workspace space;
    const std::string user = "auth_url: 'https://k.test/v3', username: u, user_domain_id: d";
    const std::vector<std::string> good{
        "provider: nova, auth: {type: password, " + user + ", password: x, project_id: p}",
        "provider: glance, auth: {type: password, auth_url: 'https://k.test', user_id: u, password: x, domain_id: d}",
        "provider: glance, auth: {type: application_credential, auth_url: 'https://k.test', id: i, secret: s}",
        "provider: nova, auth: {type: application_credential, " + user + ", name: n, secret: s}",
        "provider: glance, auth: {type: token, auth_url: 'https://k.test', token: t}",
        "provider: glance, endpoint: 'https://g.test', auth: {type: aksk, access_key: a, secret_key: s, project_id: p, "
        "security_token: t}",
        "provider: cloudimages, region: cn-north-4, auth: {type: token, token: t}",
        "provider: cloudimages, region: cn-north-4, auth: {type: password, " + user + ", password: x, domain_name: d}",
        "provider: batchcompute, region: cn-hangzhou, auth: {type: acs, access_key_id: a, access_key_secret: s, "
        "security_token: t}",
        "provider: batchcompute, region: cn-hangzhou, endpoint: 'http://127.0.0.1:1', auth: {type: none}"};

    for (const auto& source : good) {
        const auto config = space.load("sources: [{id: a, " + source + "}]\n");
        EXPECT_TRUE(config) << source << "\n" << problems_of(config);
    }
}

TEST(SourceId, IsAlwaysValidAndStable)
{
    using config::is_source_id;
    using config::make_source_id;

    EXPECT_EQ(make_source_id({"Prod A", "RegionOne", "nova"}), "prod-a-regionone-nova");
    EXPECT_EQ(make_source_id({"__x__", "y.z"}), "x-y-z");
    EXPECT_EQ(make_source_id({"\xe4\xba\x91"}).substr(0, 6), "cloud-");
    EXPECT_NE(make_source_id({"\xe4\xba\x91"}), make_source_id({"\xe4\xb8\xad"}));
    const std::string much(100, 'x');
    EXPECT_NE(make_source_id({much, "a"}), make_source_id({much, "b"}));
    for (const auto& id : {make_source_id({""}), make_source_id({much}), make_source_id({"-"}), make_source_id({})}) {
        EXPECT_TRUE(is_source_id(id)) << id;
    }
    EXPECT_FALSE(is_source_id(""));
    EXPECT_FALSE(is_source_id("-a"));
    EXPECT_FALSE(is_source_id("A"));
    EXPECT_FALSE(is_source_id(std::string(64, 'a')));
    EXPECT_TRUE(is_source_id(std::string(63, 'a')));
}

} // namespace
} // namespace polyglance::test
