#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/glance/schema.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/recording.hpp"

namespace polyglance::glance {
namespace {

TEST(GlanceSchema, ReadsARealOpenstack)
{
    const auto flavour = read_schema(test::recorded("glance-schema-images").response.body);

    EXPECT_EQ(flavour.dialect, Dialect::openstack);
    EXPECT_EQ(flavour.statuses.size(), 9u);
    EXPECT_EQ(flavour.visibilities, (std::vector<std::string>{"community", "public", "private", "shared"}));
    EXPECT_EQ(flavour.disk_formats.size(), 11u);
    EXPECT_EQ(flavour.container_formats.front(), "ami");
    EXPECT_EQ(flavour.custom_properties.front(), "kernel_id");
    EXPECT_EQ(flavour.custom_properties.size(), 9u);
}

TEST(GlanceSchema, ReadsTheOldDialectByItsTwoVisibilities)
{
    const auto flavour = read_schema(test::fixture("glance/mitaka_schema.json"));

    EXPECT_EQ(flavour.dialect, Dialect::huawei);
    EXPECT_EQ(flavour.visibilities, (std::vector<std::string>{"public", "private"}));
    EXPECT_EQ(flavour.custom_properties, (std::vector<std::string>{"architecture", "kernel_id"}));
}

TEST(GlanceSchema, OursSaysWhatARealOneSays)
{
    const auto ours = read_schema(encode_schema());
    const auto real = read_schema(test::recorded("glance-schema-images").response.body);

    ASSERT_TRUE(nlohmann::json::accept(encode_schema()));
    EXPECT_EQ(ours.dialect, real.dialect);
    EXPECT_EQ(ours.statuses, real.statuses);
    EXPECT_EQ(ours.visibilities, real.visibilities);
    EXPECT_EQ(ours.disk_formats, real.disk_formats);
    EXPECT_EQ(ours.container_formats, real.container_formats);
}

TEST(GlanceSchema, WhatIsNoSchemaSaysNothing)
{
    for (
        const auto* const body :
        {"", "<html>", "7", "[]", "{}", R"({"properties":7})",
         R"({"properties":{"images":{"items":{"properties":[]}}}})",
         R"({"properties":{"images":{"items":{"properties":{"status":{"enum":"x"},"visibility":{"enum":[null,1]}}}}}})"}) {
        const auto flavour = read_schema(body);

        EXPECT_EQ(flavour.dialect, Dialect::openstack) << body;
        EXPECT_TRUE(flavour.statuses.empty() && flavour.visibilities.empty() && flavour.custom_properties.empty())
            << body;
    }
}

} // namespace
} // namespace polyglance::glance
