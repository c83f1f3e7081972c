#include <gtest/gtest.h>

#include "adapters/wire_row.hpp"

namespace polyglance::wire {
namespace {

/// A row that has read a document.
struct Row {
    explicit Row(std::string_view document, std::string_view prefix = {}) : row(texts, prefix) { open(document); }
    void open(std::string_view document)
    {
        tape = json::Tape::parse(document);
        row.open(tape.value().root());
    }
    std::vector<Property> left()
    {
        std::vector<WireProperty> properties;
        row.append_left(properties);
        std::vector<Property> out;
        for (const auto& [key, json] : properties) {
            out.push_back({.key = std::string(key), .json = std::string(json)});
        }
        return out;
    }

    ComposedTexts texts;
    std::optional<json::Tape> tape;
    WireRow row;
};

TEST(WireRow, KeepsWhatNobodyTookVerbatimAndInOrder)
{
    Row row(R"({"z":[1.50,null],"name":"a","b":{"c":"\u4e2d"},"a":12345678901234567890,"e":"\u0041"})", "m.");

    EXPECT_EQ(row.row.take("name", read_text), "a");
    EXPECT_FALSE(row.row.take("name", read_text));
    EXPECT_FALSE(row.row.take("owner", read_text));

    EXPECT_EQ(row.left(), (std::vector<Property>{{.key = "m.z", .json = "[1.50,null]"},
                                                 {.key = "m.b", .json = "{\"c\":\"中\"}"},
                                                 {.key = "m.a", .json = "12345678901234567890"},
                                                 {.key = "m.e", .json = "\"A\""}}));
}

TEST(WireRow, TakesWhatSaysNothingAndLeavesWhatCannotBeRead)
{
    Row row(R"({"name":"","owner":7})");

    EXPECT_FALSE(row.row.take("name", read_text));
    EXPECT_FALSE(row.row.take("owner", read_text));

    EXPECT_EQ(row.left(), (std::vector<Property>{{.key = "owner", .json = "7"}}));
}

TEST(WireRow, OfRepeatedNamesTheFirstCounts)
{
    Row row(R"({"size":1,"b":2,"size":3,"b":4,"size":5})");

    EXPECT_EQ(row.row.take("size", read_count), 1);

    EXPECT_EQ(row.left(), (std::vector<Property>{{.key = "b", .json = "2"}}));
}

TEST(WireRow, WhatMayHoldCredentialsDoesNotExist)
{
    Row row(R"({"locations":[{"url":"swift://u:secret@h"}],"direct_url":"rbd://secret"})");

    EXPECT_FALSE(row.row.has("direct_url"));
    EXPECT_TRUE(row.left().empty());
}

TEST(WireRow, ReadsRowsOfOtherShapesOneAfterTheOther)
{
    const std::vector<std::string_view> documents{R"({"name":"a","x":1})",
                                                  R"({"name":"b","x":2})",
                                                  R"({"x":3,"name":"c"})",
                                                  R"({"name":"d"})",
                                                  R"({})",
                                                  R"({"name":"e","name":"f"})",
                                                  R"({"name":"g","y":4})",
                                                  R"({"name":"h","x":5})",
                                                  R"({"y":6,"name":"i"})",
                                                  R"({"name":"j","x":7,"name":8})"};
    Row reused("{}");
    for (int round = 0; round < 2; ++round) {
        for (const auto document : documents) {
            Row fresh(document);
            reused.open(document);

            EXPECT_EQ(reused.row.take("name", read_text), fresh.row.take("name", read_text)) << document;
            EXPECT_EQ(reused.row.has("x"), fresh.row.has("x")) << document;
            EXPECT_EQ(reused.left(), fresh.left()) << document;
        }
    }
}

TEST(WireRow, ReadsRowsThatAreAllDifferent)
{
    Row reused("{}");
    for (int i = 0; i < 200; ++i) {
        const auto key = "key-" + std::to_string(i);
        reused.open("{\"name\":\"a\",\"" + key + "\":1}");

        EXPECT_EQ(reused.row.take("name", read_text), "a");
        EXPECT_EQ(reused.left(), (std::vector<Property>{{.key = key, .json = "1"}}));
    }
}

} // namespace
} // namespace polyglance::wire
