#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "adapters/http/body_decoder.hpp"

namespace polyglance {
namespace {

struct Decoded {
    Result<void> result;
    std::string content;
    std::string left_over;
    bool complete = false;
};

Decoded decode(BodyDecoder decoder, std::string_view wire, std::size_t slice)
{
    Decoded out;
    while (!wire.empty() && out.result) {
        std::string_view input = wire.substr(0, slice);
        wire.remove_prefix(input.size());
        while (out.result) {
            const auto piece = decoder.next(input);
            if (!piece) {
                out.result = std::unexpected(piece.error());
            } else if (piece->empty()) {
                break;
            } else {
                out.content += *piece;
            }
        }
        out.left_over += input;
    }
    out.complete = decoder.complete();
    return out;
}

Decoded decode_chunked(std::string_view wire, std::size_t slice = 1000)
{
    return decode(BodyDecoder(BodyFraming::chunked, 0), wire, slice);
}

TEST(BodyDecoder, StopsAtTheAnnouncedLength)
{
    for (std::size_t slice = 1; slice < 10; ++slice) {
        const auto got = decode(BodyDecoder(BodyFraming::length, 5), "helloHTTP", slice);
        ASSERT_TRUE(got.result);
        EXPECT_EQ(got.content, "hello");
        EXPECT_EQ(got.left_over, "HTTP");
        EXPECT_TRUE(got.complete);
    }
}

TEST(BodyDecoder, AnEmptyBodyIsCompleteAtOnce)
{
    EXPECT_TRUE(BodyDecoder(BodyFraming::none, 0).complete());
    EXPECT_TRUE(BodyDecoder(BodyFraming::length, 0).complete());
    EXPECT_FALSE(BodyDecoder(BodyFraming::chunked, 0).complete());
}

TEST(BodyDecoder, OnlyABodyUntilCloseMayEndWithTheConnection)
{
    EXPECT_TRUE(BodyDecoder(BodyFraming::until_close, 0).may_end_here());
    EXPECT_FALSE(BodyDecoder(BodyFraming::length, 1).may_end_here());
    EXPECT_FALSE(BodyDecoder(BodyFraming::chunked, 0).may_end_here());
}

TEST(BodyDecoder, ReadsChunksWithExtensionsAndTrailers)
{
    const std::string wire =
        "5\r\nhello\r\n00A;name=\"v;x\";y\r\n, wide wor\r\n2\r\nld\r\n0;last\r\nX-Sum: 12\r\nY:\r\n\r\nnext";
    for (std::size_t slice = 1; slice <= wire.size(); ++slice) {
        const auto got = decode_chunked(wire, slice);
        ASSERT_TRUE(got.result) << slice;
        EXPECT_EQ(got.content, "hello, wide world");
        EXPECT_EQ(got.left_over, "next");
        EXPECT_TRUE(got.complete);
    }
}

TEST(BodyDecoder, RefusesBadChunks)
{
    using std::string_literals::operator""s;
    for (const auto& wire : {
             "\r\n"s,
             "x\r\n"s,
             "0x5\r\nhello\r\n"s,
             "+5\r\nhello\r\n"s,
             "-5\r\nhello\r\n"s,
             " 5\r\nhello\r\n"s,
             "5 \r\nhello\r\n"s,
             "5\nhello\r\n"s,
             "5\rhello\r\n"s,
             "5\r\nhello!\r\n"s,
             "5\r\nhello\n0\r\n\r\n"s,
             "10000000000000000\r\n"s,
             "5;a\nb\r\nhello\r\n"s,
             "5;a\0\r\nhello\r\n"s,
             "0\r\n\n"s,
             "0\r\n: x\r\n\r\n"s,
             "0\r\nno colon\r\n\r\n"s,
             "0\r\nA: b\nC: d\r\n\r\n"s,
             "0\r\nA: b\r\n folded\r\n\r\n"s,
             "5,5\r\nhello\r\n"s,
         }) {
        for (const std::size_t slice : {1UL, 1000UL}) {
            const auto got = decode_chunked(wire, slice);
            ASSERT_FALSE(got.result) << wire;
            EXPECT_EQ(got.result.error().error_class, ErrorClass::upstream_protocol);
        }
    }
}

TEST(BodyDecoder, BoundsTrailersAndChunkLines)
{
    EXPECT_TRUE(decode_chunked("0\r\nA: " + std::string(60'000, 'b') + "\r\n\r\n").complete);
    EXPECT_FALSE(decode_chunked("0\r\nA: " + std::string(1 << 20, 'b') + "\r\n\r\n").result);

    EXPECT_TRUE(decode_chunked("1;" + std::string(4'000, 'e') + "\r\nx\r\n0\r\n\r\n").complete);
    EXPECT_FALSE(decode_chunked("1;" + std::string(5'000, 'e') + "\r\nx\r\n0\r\n\r\n").result);
    EXPECT_FALSE(decode_chunked(std::string(5'000, '0') + "1\r\nx\r\n0\r\n\r\n").result);
}

TEST(BodyDecoder, BoundsFramingByContent)
{
    std::string plain, padded;
    for (int i = 0; i < 100'000; ++i) {
        plain += "1\r\nx\r\n";
        padded += "1;padding=yes\r\nx\r\n";
    }
    EXPECT_TRUE(decode_chunked(plain + "0\r\n\r\n").complete);
    EXPECT_FALSE(decode_chunked(padded + "0\r\n\r\n").result);
}

RC_GTEST_PROP(BodyDecoder, GivesBackWhateverWasChunkedHoweverItIsSliced,
              (const std::vector<std::string>& parts, const std::string& after))
{
    std::string wire, content;
    for (const auto& part : parts) {
        if (!part.empty()) {
            wire += fmt::format("{:X}\r\n{}\r\n", part.size(), part);
            content += part;
        }
    }
    wire += "0\r\n\r\n" + after;
    const auto got = decode_chunked(wire, *rc::gen::inRange<std::size_t>(1, wire.size() + 1));

    RC_ASSERT(got.result.has_value());
    RC_ASSERT(got.content == content);
    RC_ASSERT(got.left_over == after);
}

} // namespace
} // namespace polyglance
