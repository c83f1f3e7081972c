#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/provider_adapter.hpp"

namespace polyglance {
namespace {

constexpr auto providers = {Provider::nova, Provider::glance, Provider::cloudimages, Provider::batchcompute};

bool provides(const SourceConfig& config, std::string_view field)
{
    const auto fields = provides_of(config);
    return std::binary_search(fields.begin(), fields.end(), field);
}

TEST(Registry, EveryProviderHasItsTraits)
{
    for (const auto provider : providers) {
        const auto& traits = traits_of(provider);
        EXPECT_EQ(traits.provider, provider);
        EXPECT_FALSE(traits.title.empty());
        EXPECT_GT(traits.page_size, 0u);
        EXPECT_LE(traits.page_size, traits.max_page_size);
        EXPECT_FALSE(traits.auth.empty());
    }
    EXPECT_TRUE(traits_of(Provider::nova).can_delete);
    EXPECT_TRUE(traits_of(Provider::glance).can_delete);
    EXPECT_FALSE(traits_of(Provider::cloudimages).can_delete);
    EXPECT_FALSE(traits_of(Provider::batchcompute).can_delete);
}

TEST(Registry, WhatASourceProvidesIsSortedAndHoldsItsIdentity)
{
    for (const auto provider : providers) {
        for (const auto listing : {NovaListing::detail, NovaListing::brief}) {
            SourceConfig config;
            config.provider = provider;
            config.nova_listing = listing;
            const auto fields = provides_of(config);
            EXPECT_TRUE(std::is_sorted(fields.begin(), fields.end())) << to_string(provider);
            EXPECT_EQ(std::adjacent_find(fields.begin(), fields.end()), fields.end()) << to_string(provider);
            for (const auto field : {"uid", "provider", "source", "region", "native_id", "name"}) {
                EXPECT_TRUE(provides(config, field)) << to_string(provider) << " " << field;
            }
        }
    }
}

TEST(Registry, NovasBriefListProvidesLess)
{
    SourceConfig config;
    config.provider = Provider::nova;
    EXPECT_TRUE(provides(config, "status"));

    config.nova_listing = NovaListing::brief;

    EXPECT_FALSE(provides(config, "status"));
}

TEST(Registry, AFieldABackendNeverTellsIsNotProvided)
{
    SourceConfig config;
    config.provider = Provider::batchcompute;
    EXPECT_FALSE(provides(config, "status"));
    EXPECT_FALSE(provides(config, "tags"));
    config.provider = Provider::nova;
    EXPECT_FALSE(provides(config, "visibility"));
    EXPECT_FALSE(provides(config, "checksum"));
}

} // namespace
} // namespace polyglance
