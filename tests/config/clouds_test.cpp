#include <gtest/gtest.h>

#include "tests/config/workspace.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance::test {
namespace {

constexpr std::string_view all_clouds = "openstack: {}\n";

/// An entry that stands on its own.
std::string entry(std::string_view name, std::string_view more = "")
{
    return "  " + std::string(name) +
           ":\n    auth: {auth_url: 'https://k.test/v3', username: u, password: s3cr3t-canary, project_name: p,\n"
           "           user_domain_id: default, project_domain_id: default}\n" +
           std::string(more);
}

std::vector<std::string> ids_of(const Config& config)
{
    std::vector<std::string> out;
    for (const auto& source : config.sources) {
        out.push_back(source.id);
    }
    return out;
}

TEST(Clouds, SecureFileIsMergedOverEntry)
{
    Workspace space;
    space.write("clouds.yaml", fixture("config/good/clouds.yaml"));
    space.write("secure.yaml", fixture("config/good/secure.yaml"));

    const auto config = space.load("openstack: {include: [prod-a]}\n");

    ASSERT_TRUE(config) << problems_of(config);
    ASSERT_EQ(config->sources.size(), 1U);
    const SourceConfig& source = config->sources.front();
    EXPECT_EQ(source.id, "prod-a");
    EXPECT_EQ(source.provider, Provider::glance);
    EXPECT_EQ(source.region, "RegionOne");
    EXPECT_EQ(source.interface, "internal");
    EXPECT_EQ(source.auth.type, AuthType::password);
    EXPECT_EQ(source.auth.password.reveal(), "from-secure");
    EXPECT_FALSE(source.endpoint);
}

TEST(Clouds, EachRegionAndServiceIsASourceWithTheRegionsOwnValues)
{
    Workspace space;
    space.write("clouds.yaml", fixture("config/good/clouds.yaml"));
    space.write("secure.yaml", fixture("config/good/secure.yaml"));

    const auto config = space.load("openstack: {include: [prod-B*], services: [glance, nova]}\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(ids_of(*config), (std::vector<std::string>{"prod-b-two-north-glance", "prod-b-two-north-nova",
                                                         "prod-b-two-south-2-glance", "prod-b-two-south-2-nova"}));
    EXPECT_EQ(config->sources[0].interface, "public");
    EXPECT_EQ(config->sources[3].interface, "admin");
    EXPECT_FALSE(config->sources[3].tls.verify);
    EXPECT_EQ(config->sources[3].region, "South 2");
    EXPECT_EQ(config->sources[3].auth.credential_secret.reveal(), "also-from-secure");
}

TEST(Clouds, EntriesThatAreNotIncludedMayHoldAnything)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n  odd: {auth_type: v3kerberos, profile: x}\n" + entry("good"));

    const auto config = space.load("openstack: {include: [good]}\n");

    EXPECT_TRUE(config) << problems_of(config);
}

TEST(Clouds, AllEntriesAreIncludedWithoutPattern)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n" + entry("b") + entry("a"));

    const auto config = space.load(all_clouds);

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(ids_of(*config), (std::vector<std::string>{"b", "a"}));
}

TEST(Clouds, EmptyIncludeTakesNone)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n" + entry("a"));

    const auto config = space.load("openstack: {include: []}\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_TRUE(config->sources.empty());
}

TEST(Clouds, NamesThatGiveTheSameIdAreRefused)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n" + entry("Prod_A") + entry("prod-a"));

    const auto config = space.load(all_clouds);

    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().front().where, space.path("clouds.yaml:5"));
    EXPECT_TRUE(problems_of(config).contains("duplicate id 'prod-a'"));
}

TEST(Clouds, SearchOrderIsVariableThenHereThenHome)
{
    Workspace space;
    space.inputs.home = space.path("home");
    space.write("home/.config/openstack/clouds.yaml", "clouds:\n" + entry("from-home"));
    EXPECT_EQ(ids_of(*space.load(all_clouds)).front(), "from-home");

    space.write("clouds.yml", "clouds:\n" + entry("from-here"));
    EXPECT_EQ(ids_of(*space.load(all_clouds)).front(), "from-here");

    space.write("elsewhere/my.yaml", "clouds:\n" + entry("from-variable"));
    space.variable("OS_CLIENT_CONFIG_FILE", space.path("elsewhere/my.yaml"));
    EXPECT_EQ(ids_of(*space.load(all_clouds)).front(), "from-variable");
}

TEST(Clouds, NamedFileWins)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n" + entry("usual"));
    space.write("etc/my-clouds.yaml", "clouds:\n" + entry("named"));

    const auto config = space.load("openstack: {clouds_file: etc/my-clouds.yaml}\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(ids_of(*config).front(), "named");
}

TEST(Clouds, SourceTakesEndpointAndAuthFromItsEntry)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n" + entry("a", "    region_name: R1\n    interface: internal\n"
                                                        "    compute_endpoint_override: https://nova.test/v2.1\n"));

    const auto config = space.load("sources:\n"
                                   "  - {id: x, provider: nova, cloud: a}\n"
                                   "  - {id: y, provider: glance, cloud: a, interface: admin, region: R2}\n");

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->sources[0].endpoint->url(), "https://nova.test/v2.1");
    EXPECT_EQ(config->sources[0].region, "R1");
    EXPECT_EQ(config->sources[0].interface, "internal");
    EXPECT_EQ(config->sources[0].auth.username, "u");
    EXPECT_FALSE(config->sources[1].endpoint);
    EXPECT_EQ(config->sources[1].region, "R2");
    EXPECT_EQ(config->sources[1].interface, "admin");
}

TEST(Clouds, SourceMustChooseAmongListedRegions)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n" + entry("a", "    regions: [R1, R2]\n"));

    EXPECT_TRUE(space.load("sources: [{id: x, provider: nova, cloud: a, region: R2}]\n"));
    const auto unsaid = space.load("sources: [{id: x, provider: nova, cloud: a}]\n");
    EXPECT_TRUE(problems_of(unsaid).contains("/sources/0/region: must be one the entry lists: R1, R2"));
}

TEST(Clouds, OldNamesAndEmptyValuesAreUnderstood)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n  a:\n    auth: {auth_url: 'https://k.test', username: u, password: p, "
                               "tenant_name: t, project_id: '', default_domain_name: D}\n"
                               "    endpoint_type: internalURL\n    region_name:\n    insecure: true\n");

    const auto config = space.load(all_clouds);

    ASSERT_TRUE(config) << problems_of(config);
    const SourceConfig& source = config->sources.front();
    EXPECT_EQ(source.auth.project_name, "t");
    EXPECT_EQ(source.auth.user_domain_name, "D");
    EXPECT_EQ(source.auth.project_domain_name, "D");
    EXPECT_EQ(source.interface, "internal");
    EXPECT_FALSE(source.tls.verify);
}

TEST(Clouds, AnchorsAndMergeKeysWork)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n  a: &a\n    auth: &auth {auth_url: 'https://k.test', token: s3cr3t-canary}\n"
                               "    auth_type: v3token\n  b:\n    <<: *a\n    interface: admin\n");

    const auto config = space.load(all_clouds);

    ASSERT_TRUE(config) << problems_of(config);
    EXPECT_EQ(config->sources[1].auth.token.reveal(), "s3cr3t-canary");
    EXPECT_EQ(config->sources[1].interface, "admin");
}

TEST(Clouds, ReadableByAllIsAWarning)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n" + entry("a"), 0644);

    const auto config = space.load(all_clouds);

    ASSERT_TRUE(config) << problems_of(config);
    ASSERT_EQ(config->warnings.size(), 1U);
    EXPECT_TRUE(config->warnings.front().contains("clouds.yaml: holds credentials"));
}

struct Refusal {
    std::string_view more;
    std::string_view message;
};

class BadCloud : public testing::TestWithParam<Refusal> {};

TEST_P(BadCloud, IsRefusedWithItsPlaceInCloudsYaml)
{
    Workspace space;
    space.write("clouds.yaml", "clouds:\n" + entry("a", GetParam().more));

    const auto config = space.load(all_clouds);

    ASSERT_FALSE(config);
    const std::string shown = problems_of(config);
    EXPECT_TRUE(shown.contains(GetParam().message)) << shown;
    EXPECT_TRUE(shown.starts_with(space.path("clouds.yaml:"))) << shown;
    EXPECT_FALSE(shown.contains("s3cr3t-canary")) << shown;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadCloud,
    testing::Values(Refusal{"    profile: rackspace\n", "/clouds/a/profile: vendor profiles are not supported"},
                    Refusal{"    auth_type: v3oidcpassword\n", "/clouds/a/auth_type: must be one of password"},
                    Refusal{"    identity_api_version: 2\n", "/clouds/a/identity_api_version: must be 3"},
                    Refusal{"    cert: c.pem\n", "/clouds/a/cert: client certificates are not supported"},
                    Refusal{"    interface: [public, internal]\n", "/clouds/a/interface: must be text, got a list"},
                    Refusal{"    interface: outside\n", "/clouds/a/interface: must be one of public"},
                    Refusal{"    regions: [R1, {values: {}}]\n", "/clouds/a/regions/1: must be a region"},
                    Refusal{"    cacert: nowhere.pem\n", "/clouds/a/cacert: the file named here does not exist"},
                    Refusal{"    auth_type: v3applicationcredential\n",
                            "/clouds/a/auth/application_credential_id: is required"},
                    Refusal{"    auth_type: none\n", "/clouds/a/endpoint: is required"},
                    Refusal{"    image_endpoint_override: http://glance.test\n", "needs allow_plaintext"},
                    Refusal{"  b: word\n", "/clouds/b: must be a mapping"},
                    Refusal{"  b:\n", "/clouds/b: must be a mapping"},
                    Refusal{"    auth: {}\n", "/clouds/a/auth: duplicate key"}));

} // namespace
} // namespace polyglance::test
