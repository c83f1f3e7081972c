// What the words of a real OpenStack mean: each row of the status table against Glance's and Nova's own answers.
#include <gtest/gtest.h>

#include "tests/support/codecs.hpp"
#include "tests/support/recording.hpp"

namespace polyglance {
namespace {

struct StatusRow {
    const char* glance_word;
    const char* nova_word;
    Status from_glance;
    Status from_nova;
};

constexpr StatusRow table[] = {
    {"queued", "SAVING", Status::queued, Status::queued},
    {"saving", "SAVING", Status::saving, Status::saving},
    {"uploading", "UNKNOWN", Status::saving, Status::unknown},
    {"importing", "UNKNOWN", Status::saving, Status::unknown},
    {"active", "ACTIVE", Status::active, Status::active},
    {"killed", "ERROR", Status::error, Status::error},
    {"deleted", "DELETED", Status::deleted, Status::deleted},
    {"pending_delete", "DELETED", Status::pending_delete, Status::deleted},
    {"deactivated", "UNKNOWN", Status::deactivated, Status::unknown},
};

class StatusTable : public testing::TestWithParam<StatusRow> {};

TEST_P(StatusTable, HoldsForARealGlance)
{
    const auto answer = test::recorded(std::string("status-glance-") + GetParam().glance_word);

    const auto image = test::decode_as(Provider::glance, answer.response.body);

    ASSERT_TRUE(image);
    EXPECT_EQ(image->status, GetParam().from_glance);
    EXPECT_EQ(image->status_raw, GetParam().glance_word);
}

TEST_P(StatusTable, HoldsForARealNova)
{
    const auto answer = test::recorded(std::string("status-nova-") + GetParam().glance_word);

    const auto images = test::decode_page(Provider::nova, answer.response.body);

    ASSERT_EQ(images.size(), 1u);
    EXPECT_EQ(images[0].status, GetParam().from_nova);
    EXPECT_EQ(images[0].status_raw, GetParam().nova_word);
}

TEST_P(StatusTable, HoldsForCloudimagesInAnyCase)
{
    std::string word = GetParam().glance_word;
    word[0] = static_cast<char>(word[0] - 'a' + 'A');

    const auto image = test::decode_as(Provider::cloudimages, R"({"id":"a","status":")" + word + "\"}");

    ASSERT_TRUE(image);
    EXPECT_EQ(image->status, GetParam().from_glance);
    EXPECT_EQ(image->status_raw, word);
}

INSTANTIATE_TEST_SUITE_P(Rows, StatusTable, testing::ValuesIn(table),
                         [](const auto& info) { return std::string(info.param.glance_word); });

TEST(Status, AnUnknownWordIsUnknownAndKept)
{
    for (const auto provider : {Provider::glance, Provider::nova, Provider::cloudimages}) {
        const auto image = test::decode_as(provider, R"({"id":"a","status":"Frozen"})");

        ASSERT_TRUE(image);
        EXPECT_EQ(image->status, Status::unknown);
        EXPECT_EQ(image->status_raw, "Frozen");
    }
}

TEST(Status, NoStatusIsNotActive)
{
    for (const auto provider : {Provider::glance, Provider::nova, Provider::cloudimages, Provider::batchcompute}) {
        for (const auto* const row : {R"({"id":"a","Id":"a"})", R"({"id":"a","Id":"a","status":null})"}) {
            const auto image = test::decode_as(provider, row);

            ASSERT_TRUE(image);
            EXPECT_FALSE(image->status);
            EXPECT_FALSE(image->status_raw);
        }
    }
}

TEST(Status, NovaSavingWithoutProgressIsSaving)
{
    const auto image = test::decode_as(Provider::nova, R"({"id":"a","status":"saving"})");

    ASSERT_TRUE(image);
    EXPECT_EQ(image->status, Status::saving);
}

} // namespace
} // namespace polyglance
