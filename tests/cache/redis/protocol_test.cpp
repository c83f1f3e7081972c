#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "cache/redis/protocol.hpp"

namespace polyglance {
namespace {

using Kind = RedisReply::Kind;

RedisReply text_reply(Kind kind, std::string text)
{
    return {.kind = kind, .text = std::move(text), .elements = {}};
}

RedisReply array_reply(std::vector<RedisReply> elements)
{
    return {.kind = Kind::array, .text = {}, .elements = std::move(elements)};
}

RedisReply integer_reply(std::int64_t value)
{
    return {.kind = Kind::integer, .text = {}, .integer = value, .elements = {}};
}

std::string wire(const RedisReply& reply)
{
    switch (reply.kind) {
    case Kind::nil:
        return "$-1\r\n";
    case Kind::status:
        return "+" + reply.text + "\r\n";
    case Kind::error:
        return "-" + reply.text + "\r\n";
    case Kind::string:
        return "$" + std::to_string(reply.text.size()) + "\r\n" + reply.text + "\r\n";
    case Kind::integer:
        return ":" + std::to_string(reply.integer) + "\r\n";
    case Kind::array:
        break;
    }
    std::string out = "*" + std::to_string(reply.elements.size()) + "\r\n";
    for (const RedisReply& element : reply.elements) {
        out += wire(element);
    }
    return out;
}

struct Read {
    std::vector<RedisReply> replies;
    std::string error;
};

Read read(std::string_view bytes, std::size_t slice, ReplyLimits limits = {})
{
    ReplyParser parser(limits);
    Read out;
    for (std::size_t at = 0; out.error.empty() && at < bytes.size(); at += slice) {
        auto got = parser.feed(bytes.substr(at, slice));
        if (!got) {
            out.error = got.error();
            break;
        }
        out.replies.insert(out.replies.end(), got->begin(), got->end());
    }
    return out;
}

std::vector<RedisReply> samples()
{
    const std::string binary("a\0\r\n\xff+", 6);
    return {text_reply(Kind::status, "OK"),
            text_reply(Kind::error, "READONLY You can't write"),
            integer_reply(-9'223'372'036'854'775'807),
            {},
            text_reply(Kind::string, binary),
            text_reply(Kind::string, ""),
            array_reply({}),
            array_reply({text_reply(Kind::string, "message"), integer_reply(7),
                         array_reply({{}, text_reply(Kind::status, "x")}),
                         text_reply(Kind::string, std::string(70'000, 'z'))})};
}

TEST(RedisProtocol, WritesACommandAsBulkStrings)
{
    std::string out = "before";

    append_command(out, {"SET", std::string("k\0\r\n", 4), ""});

    EXPECT_EQ(out, std::string("before*3\r\n$3\r\nSET\r\n$4\r\nk\0\r\n\r\n$0\r\n\r\n", 35));
}

TEST(RedisProtocol, ReadsTheSameRepliesWhateverTheSlicing)
{
    std::string bytes;
    for (const RedisReply& reply : samples()) {
        bytes += wire(reply);
    }
    for (const std::size_t slice : {1UL, 2UL, 3UL, 7UL, 1000UL, 16'384UL, 16'385UL, bytes.size()}) {
        const Read got = read(bytes, slice);
        EXPECT_EQ(got.error, "") << slice;
        EXPECT_EQ(got.replies, samples()) << slice;
    }
}

TEST(RedisProtocol, RefusesWhatIsNoReply)
{
    for (const std::string_view bytes :
         {"HTTP/1.1 400 Bad Request\r\n\r\n", "\r\n", ":x\r\n", "$-2\r\n", "*-7\r\n", "$9999999999999999999999\r\n",
          "?\r\n", ",1.5\r\n", "\x16\x03\x01", "*1\r\n^"}) {
        EXPECT_NE(read(bytes, 100).error, "") << bytes;
    }
}

TEST(RedisProtocol, RefusesAReplyPastTheByteLimitBeforeItIsIn)
{
    const std::string announced = "$999999999\r\n";
    const std::string flood(64UL << 10, 'x');
    ReplyParser parser;
    std::size_t taken = announced.size();

    auto got = parser.feed(announced);
    while (got && taken < (64UL << 20)) {
        got = parser.feed(flood);
        taken += flood.size();
    }

    EXPECT_FALSE(got);
    EXPECT_LE(taken, (2UL << 20) + flood.size() + announced.size());
    EXPECT_FALSE(parser.feed("+OK\r\n")) << "a broken parser stays broken";
}

TEST(RedisProtocol, TakesAReplyAtTheByteLimit)
{
    const std::string bytes = wire(text_reply(Kind::string, std::string((2UL << 20) - 100, 'x')));

    EXPECT_EQ(read(bytes + bytes + bytes, 50'000).replies.size(), 3u);
}

TEST(RedisProtocol, BoundsElementsAlsoOverNestedArrays)
{
    const ReplyLimits limits{.max_elements = 4};

    EXPECT_EQ(read("*2\r\n*2\r\n:1\r\n:2\r\n:3\r\n", 3, limits).error, "");
    EXPECT_NE(read("*2\r\n*3\r\n:1\r\n:2\r\n:3\r\n:4\r\n", 3, limits).error, "");
    EXPECT_NE(read("*2147483647\r\n", 100).error, "");
}

TEST(RedisProtocol, CountsElementsAnewForEachReply)
{
    const ReplyLimits limits{.max_elements = 2};

    EXPECT_EQ(read("*2\r\n:1\r\n:2\r\n*2\r\n:1\r\n:2\r\n", 5, limits).replies.size(), 2u);
}

TEST(RedisProtocol, BoundsTheDepth)
{
    EXPECT_EQ(read("*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", 100).error, "");
    EXPECT_NE(read("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", 100).error, "");
}

TEST(RedisProtocol, ErrorCodesHoldNothingButCapitals)
{
    EXPECT_EQ(text_reply(Kind::error, "WRONGTYPE Operation against").error_code(), "WRONGTYPE");
    EXPECT_EQ(text_reply(Kind::error, "MOVED 866 10.0.0.1:6379").error_code(), "MOVED");
    EXPECT_EQ(text_reply(Kind::error, "something went wrong").error_code(), "ERR");
    EXPECT_EQ(text_reply(Kind::error, std::string(500, 'A')).error_code().size(), 32u);
    EXPECT_EQ(text_reply(Kind::status, "OK").error_code(), "");
}

RC_GTEST_PROP(RedisProtocol, AnyBytesGiveRepliesOrAnError, (const std::vector<std::string>& slices))
{
    ReplyParser parser;
    for (const std::string& slice : slices) {
        if (!parser.feed(slice)) {
            break;
        }
    }
}

RC_GTEST_PROP(RedisProtocol, DamagedRepliesGiveRepliesOrAnError, ())
{
    std::string bytes;
    for (const RedisReply& reply : samples()) {
        bytes += wire(reply);
    }
    bytes.resize(200); // the part with the many small replies
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
        bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
            *rc::gen::elementOf(std::string("+-:$*\r\n0129x\0,%", 15));
    }
    const Read whole = read(bytes, bytes.size());
    const Read sliced = read(bytes, 1);
    RC_ASSERT(whole.error.empty() == sliced.error.empty());
}

RC_GTEST_PROP(RedisProtocol, EveryCommandReadsBackAsItsArguments, (const std::vector<std::string>& rest))
{
    RedisCommand command{"GET"};
    command.insert(command.end(), rest.begin(), rest.end());
    std::string out;
    append_command(out, command);

    const Read got = read(out, 7);

    RC_ASSERT(got.replies.size() == 1u);
    RC_ASSERT(got.replies[0].elements.size() == command.size());
    for (std::size_t i = 0; i < command.size(); ++i) {
        RC_ASSERT(got.replies[0].elements[i].text == command[i]);
    }
}

} // namespace
} // namespace polyglance
