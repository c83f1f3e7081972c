#include <gtest/gtest.h>

#include "adapters/wire_row.hpp"

namespace polyglance::wire {
namespace {

std::vector<Property> left_of(WireRow& row, std::string_view prefix = {})
{
    std::vector<Property> properties;
    row.append_left(properties, prefix);
    return properties;
}

TEST(WireRow, KeepsWhatNobodyTookVerbatimAndInOrder)
{
    const auto tape = json::Tape::parse(R"({"z":[1.50,null],"name":"a","b":{"c":"\u4e2d"},"a":12345678901234567890})");
    WireRow row(tape->root());

    EXPECT_EQ(row.take("name", read_text), "a");
    EXPECT_FALSE(row.take("name", read_text));
    EXPECT_FALSE(row.take("nothing", read_text));

    EXPECT_EQ(left_of(row, "m."), (std::vector<Property>{{.key = "m.z", .json = "[1.50,null]"},
                                                         {.key = "m.b", .json = "{\"c\":\"中\"}"},
                                                         {.key = "m.a", .json = "12345678901234567890"}}));
}

TEST(WireRow, TakesWhatSaysNothingAndLeavesWhatCannotBeRead)
{
    const auto tape = json::Tape::parse(R"({"a":"","b":7})");
    WireRow row(tape->root());

    EXPECT_FALSE(row.take("a", read_text));
    EXPECT_FALSE(row.take("b", read_text));

    EXPECT_EQ(left_of(row), (std::vector<Property>{{.key = "b", .json = "7"}}));
}

TEST(WireRow, OfRepeatedNamesTheFirstCounts)
{
    const auto tape = json::Tape::parse(R"({"a":1,"b":2,"a":3,"b":4,"a":5})");
    WireRow row(tape->root());

    EXPECT_EQ(row.take("a", read_count), 1);

    EXPECT_EQ(left_of(row), (std::vector<Property>{{.key = "b", .json = "2"}}));
}

TEST(WireRow, WhatMayHoldCredentialsDoesNotExist)
{
    const auto tape = json::Tape::parse(R"({"locations":[{"url":"swift://u:secret@h"}],"direct_url":"rbd://secret"})");
    WireRow row(tape->root());

    EXPECT_EQ(row.find("direct_url"), nullptr);
    EXPECT_TRUE(left_of(row).empty());
}

} // namespace
} // namespace polyglance::wire
