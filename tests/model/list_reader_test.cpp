#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/json/list_reader.hpp"

namespace polyglance::json {
namespace {

struct Read {
    Result<void> result;
    std::vector<std::string> rows;
    std::string rest;
};

Read read(std::string_view body, std::size_t slice)
{
    Read out;
    ListReader reader({"images", "image"}, [&](const Tape& row) {
        std::string text;
        row.root().append_json(text);
        out.rows.push_back(text);
    });
    for (std::size_t at = 0; out.result && at < body.size(); at += slice) {
        out.result = reader.feed(body.substr(at, slice));
    }
    if (out.result) {
        out.result = reader.finish();
    }
    if (out.result) {
        reader.rest().append_json(out.rest);
    }
    return out;
}

TEST(ListReader, GivesTheSameRowsWhateverTheSlicing)
{
    const std::string body =
        R"({"first":"/v2/images","images":[{"id":"a","n":12345678901234567890,"tags":["x","y\"z"],)"
        R"("d":1.50,"o":{"k":null,"e":{}}},{"id":"\u4e2d","b":true}],"next":"/v2/images?marker=b"})";
    for (std::size_t slice = 1; slice <= body.size(); ++slice) {
        const auto got = read(body, slice);
        ASSERT_TRUE(got.result) << slice;
        ASSERT_EQ(got.rows.size(), 2u) << slice;
        EXPECT_EQ(got.rows[0],
                  R"({"id":"a","n":12345678901234567890,"tags":["x","y\"z"],"d":1.50,"o":{"k":null,"e":{}}})");
        EXPECT_EQ(got.rows[1], "{\"id\":\"中\",\"b\":true}");
        EXPECT_EQ(got.rest, R"({"first":"/v2/images","images":null,"next":"/v2/images?marker=b"})");
    }
}

TEST(ListReader, TakesASingleObjectAsTheOnlyRow)
{
    const auto got = read(R"({"image":{"id":"a","server":{"id":"s"}},"x":{"y":[1]}})", 7);

    ASSERT_TRUE(got.result);
    EXPECT_EQ(got.rows, std::vector<std::string>{R"({"id":"a","server":{"id":"s"}})"});
    EXPECT_EQ(got.rest, R"({"image":null,"x":{"y":[1]}})");
}

TEST(ListReader, TakesABareArrayAsTheList)
{
    const auto got = read(R"([{"Id":"a"},{"Id":"b"},7])", 3);

    ASSERT_TRUE(got.result);
    EXPECT_EQ(got.rows, (std::vector<std::string>{R"({"Id":"a"})", R"({"Id":"b"})", "7"}));
}

TEST(ListReader, OnlyTopLevelListsCount)
{
    const auto got = read(R"({"x":{"images":[1,2]},"images":[]})", 100);

    ASSERT_TRUE(got.result);
    EXPECT_TRUE(got.rows.empty());
    EXPECT_EQ(got.rest, R"({"x":{"images":[1,2]},"images":null})");
}

TEST(ListReader, RefusesWhatIsNoListing)
{
    for (const std::string_view body :
         {"", "null", "7", "\"x\"", "{}", R"({"images":null})", R"({"images":7})", R"({"error":{"code":401}})",
          R"({"images":[)", R"({"images":[]}x)", "<html>", R"({"images":[{"id":"\ud800"}]})"}) {
        const auto got = read(body, 4);
        ASSERT_FALSE(got.result) << body;
        EXPECT_EQ(got.result.error().error_class, ErrorClass::upstream_protocol);
    }
}

TEST(ListReader, RefusesDeepNesting)
{
    EXPECT_TRUE(read(R"({"images":[)" + std::string(60, '[') + std::string(60, ']') + "]}", 50).result);
    EXPECT_FALSE(read(R"({"images":[)" + std::string(200'000, '[') + std::string(200'000, ']') + "]}", 50).result);
}

TEST(ListReader, DoesNotReadARowThatIsKnown)
{
    const std::string body = R"({"images":[{"id":"a"} , {"id":"b"},7,{"id":"a"}],"image":[{"id":"c"}]})";
    for (std::size_t slice = 1; slice <= body.size(); ++slice) {
        std::vector<std::string> asked;
        std::vector<std::string> read;
        ListReader reader(
            {"images"}, [&](const Tape& row) { row.root().append_json(read.emplace_back()); },
            [&](std::string_view bytes) {
                asked.emplace_back(bytes);
                return bytes == R"({"id":"a"})";
            });
        for (std::size_t at = 0; at < body.size(); at += slice) {
            ASSERT_TRUE(reader.feed(std::string_view(body).substr(at, slice)));
        }
        ASSERT_TRUE(reader.finish());

        EXPECT_EQ(asked, (std::vector<std::string>{R"({"id":"a"})", R"({"id":"b"})", "7", R"({"id":"a"})"}));
        EXPECT_EQ(read, (std::vector<std::string>{R"({"id":"b"})", "7"}));
        EXPECT_EQ(reader.rows(), 4u);
    }
}

TEST(ListReader, RefusesWhatOnlyLooksLikeRows)
{
    for (const std::string_view list : {"[{]}]", R"([{"a":1}{"b":2}])", "[{},]", "[,{}]", "[1 2]", R"(["a"x])",
                                        R"([{"a":\"}])", "[tru]", "[{}}", "{}{}"}) {
        const auto body = R"({"images":)" + std::string(list) + "}";
        EXPECT_FALSE(read(body, 3).result) << body;
    }
    for (const std::string_view body :
         {R"({"images":[],})", R"({"images":[] "a":1})", R"({"images"::[]})", R"({"a":1 "images":[]})", R"([{}]])",
          R"({"images":[]}[])", R"({"a":1}[{}])", R"(["a"]"b")"}) {
        EXPECT_FALSE(read(body, 3).result) << body;
    }
}

TEST(ListReader, FindsTheListUnderAnEscapedName)
{
    EXPECT_EQ(read(R"({"a":"images","images" : [1]})", 4).rows, std::vector<std::string>{"1"});
}

TEST(ListReader, BoundsARowAndTheRest)
{
    const std::string big(70 << 10, 'x');
    EXPECT_TRUE(read(R"({"images":[{"id":")" + big + "\"}]}", 1000).result);
    EXPECT_FALSE(read(R"({"images":[{"id":")" + std::string(2 << 20, 'x') + "\"}]}", 1000).result);
    EXPECT_FALSE(read(R"({"next":")" + big + "\",\"images\":[]}", 1000).result);
}

TEST(ListReader, LeavesBadUtf8ToTheReceiver)
{
    bool valid = true;
    ListReader reader({"images"}, [&](const Tape& row) { valid = row.valid_utf8(); });

    ASSERT_TRUE(reader.feed("{\"images\":[{\"id\":\"\xff\xfe\"}]}"));
    ASSERT_TRUE(reader.finish());

    EXPECT_FALSE(valid);
}

} // namespace
} // namespace polyglance::json
