#include <gtest/gtest.h>

#include <string>

#include "proxy/http/request_head.hpp"

namespace polyglance {
namespace {

using namespace std::string_literals;

/// A head and the bytes it was read from.
struct Reading : HeadResult {
    explicit Reading(std::string text) : bytes(std::move(text))
    {
        std::size_t searched = 0;
        static_cast<HeadResult&>(*this) = read_request_head(bytes, HeadLimits{}, searched, request);
    }
    std::string bytes;
    Request request;
};

Reading read(std::string bytes)
{
    return Reading(std::move(bytes));
}

std::string get(std::string_view target, std::string_view more_headers = "")
{
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more_headers) + "\r\n";
}

TEST(RequestHead, ReadsOneRequestAndLeavesTheNext)
{
    const std::string first = get("/v1/images?limit=2&sort=name", "X-Request-Id: abc\r\nAccept:  */* \r\n");

    const auto head = read(first + get("/next"));

    ASSERT_EQ(head.kind, HeadResult::Kind::ready);
    EXPECT_EQ(head.consumed, first.size());
    EXPECT_EQ(head.request.method, Method::get);
    EXPECT_EQ(head.request.path, "/v1/images");
    EXPECT_EQ(head.request.query, "limit=2&sort=name");
    EXPECT_EQ(head.request.header("x-request-id"), "abc");
    EXPECT_EQ(head.request.header("ACCEPT"), "*/*");
    EXPECT_TRUE(head.keep_alive);
}

TEST(RequestHead, GivesTheSameResultByteByByte)
{
    const std::string whole = "\r\n" + get("/a", "B: c\r\n");
    std::size_t searched = 0;
    Request request;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        ASSERT_EQ(read_request_head(std::string_view(whole).substr(0, size), HeadLimits{}, searched, request).kind,
                  HeadResult::Kind::need_more)
            << size;
    }
    EXPECT_EQ(read_request_head(whole, HeadLimits{}, searched, request).kind, HeadResult::Kind::ready);
}

TEST(RequestHead, HonoursConnectionCloseAndHttp10)
{
    EXPECT_FALSE(read(get("/", "Connection: close\r\n")).keep_alive);
    EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n").keep_alive);
    EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(RequestHead, TakesAbsoluteFormAndSkipsOneEmptyLine)
{
    EXPECT_EQ(read(get("http://other.example:80/v1/images?x=1")).request.path, "/v1/images");
    EXPECT_EQ(read("\r\n" + get("/a")).request.path, "/a");
}

struct Refusal {
    const char* name;
    std::string bytes;
    const char* code;
};

class RequestHeadRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(RequestHeadRefusal, IsRefusedWithItsCode)
{
    const auto head = read(GetParam().bytes);

    ASSERT_EQ(head.kind, HeadResult::Kind::refused);
    EXPECT_EQ(head.refusal.code, GetParam().code);
}

const Refusal refusals[] = {
    {"no_host", "GET / HTTP/1.1\r\n\r\n", "bad_request"},
    {"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "bad_request"},
    {"bad_host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "bad_request"},
    {"host_with_path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "bad_request"},
    {"host_with_bad_port", "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", "bad_request"},
    {"transfer_encoding", get("/", "Transfer-Encoding: chunked\r\n"), "unexpected_body"},
    {"odd_transfer_encoding", get("/", "Transfer-Encoding: xchunked\r\n"), "unexpected_body"},
    {"transfer_encoding_and_length", get("/", "Content-Length: 4\r\nTransfer-Encoding: identity\r\n"), "bad_request"},
    {"body", get("/", "Content-Length: 1\r\n"), "unexpected_body"},
    {"large_body", get("/", "Content-Length: 65537\r\n"), "body_too_large"},
    {"two_lengths", get("/", "Content-Length: 0\r\nContent-Length: 5\r\n"), "bad_request"},
    {"negative_length", get("/", "Content-Length: -1\r\n"), "bad_request"},
    {"folded_line", get("/", "A: b\r\n c\r\n"), "bad_request"},
    {"space_before_colon", get("/", "A : b\r\n"), "bad_request"},
    {"nul_in_value", get("/", "A: b\0c\r\n"s), "bad_request"},
    {"bare_lf_line", "GET / HTTP/1.1\nHost: a\n\n", "bad_request"},
    {"bare_lf_header", "GET / HTTP/1.1\r\nHost: a\nB: c\r\n\r\n", "bad_request"},
    {"http2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "bad_request"},
    {"http09", "GET /\r\n", "bad_request"},
    {"tls_hello", "\x16\x03\x01\x02\x00"s, "bad_request"},
    {"ssh", "SSH-2.0-OpenSSH_9.2\r\n", "bad_request"},
    {"redis", "*1\r\n$4\r\nPING\r\n", "bad_request"},
    {"two_spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "bad_request"},
    {"options_star", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "bad_request"},
    {"fragment", get("/a#b"), "bad_request"},
    {"raw_utf8_target", get("/\xe4\xb8\xad"), "bad_request"},
    {"control_in_target", get("/a\x01"), "bad_request"},
    {"long_target", get("/" + std::string(9000, 'a')), "uri_too_long"},
    {"endless_target", "GET /" + std::string(17000, 'a'), "uri_too_long"},
    {"large_head", get("/", "A: " + std::string(17000, 'a') + "\r\n"), "headers_too_large"},
    {"endless_head", "GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(17000, 'a'), "headers_too_large"},
};

INSTANTIATE_TEST_SUITE_P(All, RequestHeadRefusal, testing::ValuesIn(refusals),
                         [](const auto& row) { return row.param.name; });

} // namespace
} // namespace polyglance
