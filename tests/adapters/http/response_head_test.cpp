#include <gtest/gtest.h>

#include <string>

#include "adapters/http/response_head.hpp"

namespace polyglance {
namespace {

std::string ok_with(std::string_view fields)
{
    return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n";
}

TEST(ResponseHead, SaysHowTheBodyEnds)
{
    struct Case {
        const char* head;
        BodyFraming framing;
        std::uint64_t length;
        bool keep_alive;
    };
    for (const Case& c : {
             Case{"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", BodyFraming::length, 12, true},
             Case{"HTTP/1.1 200 OK\r\ncontent-length:12\r\nconnection: foo , Close\r\n\r\n", BodyFraming::length, 12,
                  false},
             Case{"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n", BodyFraming::length, UINT64_MAX,
                  true},
             Case{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", BodyFraming::none, 0, true},
             Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", BodyFraming::chunked, 0, true},
             Case{"HTTP/1.1 200 OK\r\n\r\n", BodyFraming::until_close, 0, false},
             Case{"HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\n", BodyFraming::length, 12, false},
             Case{"HTTP/1.0 200 OK\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\n", BodyFraming::length, 12,
                  true},
             Case{"HTTP/1.1 204 No Content\r\n\r\n", BodyFraming::none, 0, true},
             Case{"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", BodyFraming::none, 0, false},
             Case{"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", BodyFraming::none, 0, false},
             Case{"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", BodyFraming::none, 0, true},
             Case{"HTTP/1.1 100 Continue\r\n\r\n", BodyFraming::none, 0, true},
         }) {
        const auto head = parse_response_head(c.head);
        ASSERT_TRUE(head) << c.head;
        EXPECT_EQ(head->framing, c.framing) << c.head;
        EXPECT_EQ(head->content_length, c.length) << c.head;
        EXPECT_EQ(head->keep_alive, c.keep_alive) << c.head;
    }
}

TEST(ResponseHead, KeepsTheFieldsAndTheOrderOfThoseWithOneName)
{
    const auto head = parse_response_head("HTTP/1.1 404 \r\nB: 1\r\nb: 2\r\na:  two words \r\n\r\n");

    ASSERT_TRUE(head);
    EXPECT_EQ(head->status, 404);
    EXPECT_EQ(head->headers, (HttpHeaders{{"B", "1"}, {"b", "2"}, {"a", "two words"}}));
}

TEST(ResponseHead, RefusesWhatCouldBeReadInTwoWays)
{
    using std::string_literals::operator""s;
    for (const auto& head : {
             "HTTP/1.1\r\n\r\n"s,
             "HTTP/1.1 \r\n\r\n"s,
             "HTTP/1.1 20 OK\r\n\r\n"s,
             "HTTP/1.1 2000 OK\r\n\r\n"s,
             "HTTP/1.1 099 OK\r\n\r\n"s,
             "HTTP/1.1 600 OK\r\n\r\n"s,
             "HTTP/1.1 -20 OK\r\n\r\n"s,
             "HTTP/1.1 abc OK\r\n\r\n"s,
             "HTTP/1.1  200 OK\r\n\r\n"s,
             "HTTP/1.2 200 OK\r\n\r\n"s,
             "HTTP/2.0 200 OK\r\n\r\n"s,
             "HTTP/1.1 101 Switching Protocols\r\n\r\n"s,
             "HTTP/1.1 200 O\0K\r\n\r\n"s,
             "HTTP/1.1 200 OK\nA: b\r\n\r\n"s,
             " HTTP/1.1 200 OK\r\n\r\n"s,
             "\r\nHTTP/1.1 200 OK\r\n\r\n"s,
             ok_with("Content-Length: 5\r\nContent-Length: 5\r\n"),
             ok_with("Content-Length: 5\r\nContent-Length: 6\r\n"),
             ok_with("Content-Length: 5, 5\r\n"),
             ok_with("Content-Length: 5, 6\r\n"),
             ok_with("Content-Length: -5\r\n"),
             ok_with("Content-Length: +5\r\n"),
             ok_with("Content-Length: 0x5\r\n"),
             ok_with("Content-Length: 5 5\r\n"),
             ok_with("Content-Length:\r\n"),
             ok_with("Content-Length: 18446744073709551616\r\n"),
             ok_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
             ok_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
             ok_with("Transfer-Encoding: identity\r\n"),
             ok_with("Transfer-Encoding: xchunked\r\n"),
             ok_with("Transfer-Encoding: \"chunked\"\r\n"),
             ok_with("Transfer-Encoding: gzip, chunked\r\n"),
             ok_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
             ok_with("Transfer-Encoding: chunked, chunked\r\n"),
             "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"s,
             ok_with("A: b\r\n c\r\n"),
             ok_with("A: b\r\n\tc\r\n"),
             ok_with(" A: b\r\n"),
             ok_with("A : b\r\n"),
             ok_with("A b\r\n"),
             ok_with(": b\r\n"),
             ok_with("A: b\0c\r\n"s),
             ok_with("A: b\rc\r\n"),
             ok_with("A: b\nC: d\r\n"),
             ok_with("Content-Length: 5\r\nContent-Encoding: gzip\r\n"),
             ok_with("Content-Length: 5\r\nContent-Encoding: identity\r\nContent-Encoding: br\r\n"),
         }) {
        const auto parsed = parse_response_head(head);
        ASSERT_FALSE(parsed) << head;
        EXPECT_EQ(parsed.error().error_class, ErrorClass::upstream_protocol) << head;
    }
}

TEST(ResponseHead, TakesAContentEncodingThatChangesNothing)
{
    EXPECT_TRUE(parse_response_head(ok_with("Content-Length: 5\r\nContent-Encoding: Identity\r\n")));
    EXPECT_TRUE(parse_response_head(ok_with("Content-Length: 0\r\nContent-Encoding: gzip\r\n")));
}

TEST(ResponseHead, MayHave256FieldsAndNotMore)
{
    std::string fields;
    for (int i = 0; i < 256; ++i) {
        fields += "A: b\r\n";
    }
    EXPECT_TRUE(parse_response_head(ok_with(fields)));
    EXPECT_FALSE(parse_response_head(ok_with(fields + "A: b\r\n")));
}

TEST(ResponseHead, AFieldTooLongForBeastIsAnError)
{
    EXPECT_TRUE(parse_response_head(ok_with("A: " + std::string(60'000, 'b') + "\r\n")));
    EXPECT_FALSE(parse_response_head(ok_with("A: " + std::string(1 << 20, 'b') + "\r\n")));
}

TEST(ResponseHead, EndsAtTheBlankLineHoweverItArrives)
{
    const std::string head = ok_with("Content-Length: 5\r\n");
    const std::string received = head + "hello\r\n\r\n";
    EXPECT_EQ(response_head_size(received), head.size());
    for (std::size_t searched = 0; searched < head.size(); ++searched) {
        EXPECT_EQ(response_head_size(std::string_view(received).substr(0, searched)), std::nullopt);
        EXPECT_EQ(response_head_size(received, searched), head.size()) << searched;
    }
}

TEST(ResponseHead, OtherProtocolsAreToldByTheirFirstBytes)
{
    EXPECT_TRUE(looks_like_http1(""));
    EXPECT_TRUE(looks_like_http1("HTT"));
    EXPECT_TRUE(looks_like_http1("HTTP/1.1 200 OK"));
    for (const char* other : {"h", "HTTP/2", "SSH-2.0-", "+PONG\r\n", "PRI * HTTP/2.0", "\x15\x03\x01"}) {
        EXPECT_FALSE(looks_like_http1(other)) << other;
    }
    EXPECT_FALSE(looks_like_http1(std::string_view("\0\0\x12\4", 4)));
}

} // namespace
} // namespace polyglance
