#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "config/config.hpp"

namespace polyglance::test {
namespace {

SourceConfig source()
{
    SourceConfig out;
    out.id = "a";
    out.endpoint = Endpoint{true, "glance.test", 9292, "/image"};
    out.region = "R1";
    out.auth.type = AuthType::password;
    out.auth.auth_url = "https://keystone.test:5000/v3";
    out.auth.username = "reader";
    out.auth.password = Secret("s3cr3t");
    out.auth.project_name = "images";
    return out;
}

TEST(Scope, IsHexAndTheSameEverywhere)
{
    const std::string scope = source().scope();

    EXPECT_EQ(scope.size(), 64U);
    EXPECT_EQ(scope.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(scope, source().scope());
}

TEST(Scope, IsNotChangedByWhatDoesNotNameTheListing)
{
    SourceConfig other = source();
    other.id = "b";
    other.title = "B";
    other.ttl = std::chrono::milliseconds(1);
    other.allow_delete = true;
    other.auth.password = Secret("rotated");
    other.auth.auth_url = "https://KEYSTONE.test:5000/";
    other.interface = "internal"; // of no meaning beside an endpoint

    EXPECT_EQ(other.scope(), source().scope());
}

TEST(Scope, IsChangedByEachPartOfTheListingsName)
{
    const std::vector<std::function<void(SourceConfig&)>> changes{
        [](SourceConfig& s) { s.provider = Provider::nova; },
        [](SourceConfig& s) { s.endpoint->host = "other.test"; },
        [](SourceConfig& s) { s.endpoint->port = 9293; },
        [](SourceConfig& s) { s.endpoint->tls = false; },
        [](SourceConfig& s) { s.endpoint->prefix = ""; },
        [](SourceConfig& s) { s.endpoint.reset(); },
        [](SourceConfig& s) { s.endpoint.reset(), s.interface = "internal"; },
        [](SourceConfig& s) { s.region = "R2"; },
        [](SourceConfig& s) { s.nova_listing = NovaListing::brief; },
        [](SourceConfig& s) { s.auth.auth_url = "https://keystone2.test:5000/v3"; },
        [](SourceConfig& s) { s.auth.username = "other"; },
        [](SourceConfig& s) { s.auth.project_name = "other"; },
        [](SourceConfig& s) { s.auth.project_name = "", s.auth.project_id = "images"; },
        [](SourceConfig& s) { s.auth.domain_id = "d"; },
        [](SourceConfig& s) { s.auth.token = Secret("t1"); },
        [](SourceConfig& s) { s.auth.token = Secret("t2"); },
        [](SourceConfig& s) { s.auth.access_key = Secret("t1"); },
        [](SourceConfig& s) { s.auth.type = AuthType::none; },
    };
    std::set<std::string> scopes{source().scope()};

    for (const auto& change : changes) {
        SourceConfig other = source();
        change(other);
        scopes.insert(other.scope());
    }

    EXPECT_EQ(scopes.size(), changes.size() + 1);
}

} // namespace
} // namespace polyglance::test
