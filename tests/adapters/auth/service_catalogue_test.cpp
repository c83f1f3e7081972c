#include <gtest/gtest.h>

#include "adapters/auth/service_catalogue.hpp"

namespace polyglance {
namespace {

ServiceCatalogue two_regions()
{
    return {{{"image", "public", "North", "n1", "https://image.north:9292/glance"},
             {"image", "public", "South", "s1", "https://image.south:9292"},
             {"image", "internal", "North", "n1", "https://image.internal:9292"},
             {"compute_legacy", "public", "North", "n1", "https://compute.north/v2"},
             {"dns", "public", "", "", "https://dns"}}};
}

TEST(ServiceCatalogue, FindsByRegionNameOrId)
{
    const auto by_name = two_regions().find("image", "North", "public");
    const auto by_id = two_regions().find("image", "n1", "public");

    ASSERT_TRUE(by_name && by_id);
    EXPECT_EQ(by_name->host, "image.north");
    EXPECT_EQ(by_name->prefix, "/glance");
    EXPECT_TRUE(by_name->tls);
    EXPECT_EQ(*by_id, *by_name);
}

TEST(ServiceCatalogue, RespectsTheInterface)
{
    const auto found = two_regions().find("image", "n1", "internal");

    ASSERT_TRUE(found);
    EXPECT_EQ(found->host, "image.internal");
}

TEST(ServiceCatalogue, TakesTheOlderNameOfComputeToo)
{
    const auto found = two_regions().find("compute", "n1", "public");

    ASSERT_TRUE(found);
    EXPECT_EQ(found->host, "compute.north");
}

TEST(ServiceCatalogue, PrefersTheNewNameOfCompute)
{
    auto catalogue = two_regions();
    catalogue.entries.push_back({"compute", "public", "North", "n1", "https://compute.north/v2.1"});

    EXPECT_EQ(catalogue.find("compute", "n1", "public")->prefix, "/v2.1");
}

TEST(ServiceCatalogue, NamesWhatWasLookedFor)
{
    const auto missing = two_regions().find("image", "West", "admin");

    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().error_class, ErrorClass::config);
    EXPECT_EQ(missing.error().message,
              "the identity service's catalogue has no service type 'image', region 'West', interface 'admin'");
}

TEST(ServiceCatalogue, NeedsARegionOnlyWhenThereIsAChoice)
{
    const auto choice = two_regions().find("image", "", "public");

    ASSERT_FALSE(choice);
    EXPECT_EQ(choice.error().error_class, ErrorClass::config);
    EXPECT_TRUE(choice.error().message.ends_with("name a region")) << choice.error().message;
    EXPECT_TRUE(two_regions().find("image", "", "internal"));
}

TEST(ServiceCatalogue, RefusesAnAddressThatCannotBeCalled)
{
    for (const char* url : {"image.example", "ftp://image.example", "https://user:pw@image.example", "https://:0/"}) {
        const auto found = ServiceCatalogue{{{"image", "public", "r", "r", url}}}.find("image", "r", "public");

        ASSERT_FALSE(found) << url;
        EXPECT_EQ(found.error().error_class, ErrorClass::config);
        EXPECT_EQ(found.error().message.find("example"), std::string::npos) << found.error().message;
    }
}

} // namespace
} // namespace polyglance
