#include <gtest/gtest.h>

#include <set>
#include <string>

#include "cache/fields.hpp"

namespace polyglance {
namespace {

TEST(Fields, EveryFieldIsFoundByItsName)
{
    EXPECT_EQ(all_fields().size(), static_cast<std::size_t>(Field::count_));
    for (const auto& traits : all_fields()) {
        EXPECT_EQ(field_from(traits.name), traits.field) << traits.name;
        EXPECT_EQ(&traits_of(traits.field), &traits);
    }
}

TEST(Fields, NamesAreExact)
{
    EXPECT_FALSE(field_from(""));
    EXPECT_FALSE(field_from("Name"));
    EXPECT_FALSE(field_from("os"));
    EXPECT_FALSE(field_from("tags"));
}

TEST(Fields, ExactlyTheWordFieldsHaveWords)
{
    for (const auto& traits : all_fields()) {
        EXPECT_EQ(traits.type == FieldType::word, !words_of(traits.field).empty()) << traits.name;
    }
}

TEST(Fields, OnlySetsCannotBeSorted)
{
    for (const auto& traits : all_fields()) {
        EXPECT_EQ(traits.sortable, traits.type != FieldType::set) << traits.name;
    }
}

} // namespace
} // namespace polyglance
