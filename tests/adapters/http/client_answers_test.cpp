#include <gtest/gtest.h>

#include <string>

#include "tests/adapters/http/client_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

TEST(HttpClient, ReadsBodiesHoweverTheyEnd)
{
    using enum FakeReply::Framing;
    FakeBackend backend;
    ClientHarness h;
    const std::string body(300'000, 'x');
    for (const auto framing : {length, chunked, until_close}) {
        backend.push(FakeReply{.body = body, .framing = framing});
        CollectingSink sink;

        const auto got = h.get(backend, &sink);

        ASSERT_TRUE(got) << got.error().message;
        EXPECT_EQ(got->status, 200);
        EXPECT_EQ(find_header(got->headers, "content-type"), "application/json");
        EXPECT_EQ(got->body, "");
        EXPECT_EQ(sink.body, body);
        EXPECT_GE(sink.slices, body.size() / (64 << 10));
    }
}

TEST(HttpClient, SendsWhatWasAskedFor)
{
    FakeBackend backend;
    ClientHarness h;
    auto request = h.request_to(backend, HttpMethod::post);
    request.endpoint.prefix = "/identity";
    request.target = "/v3/auth/tokens";
    request.headers = {{"X-Auth-Token", std::string(32 << 10, 't')}};
    request.body = std::string(100'000, 'b');

    ASSERT_TRUE(h.send(request));

    const auto seen = backend.requests().at(0);
    EXPECT_EQ(seen.method, "POST");
    EXPECT_EQ(seen.target, "/v3/auth/tokens");
    EXPECT_EQ(find_header(seen.headers, "Host"), request.endpoint.host_header());
    EXPECT_EQ(find_header(seen.headers, "X-Auth-Token").size(), 32u << 10);
    EXPECT_EQ(find_header(seen.headers, "Accept"), "application/json");
    EXPECT_EQ(find_header(seen.headers, "Accept-Encoding"), "identity");
    EXPECT_EQ(seen.body, request.body);
}

TEST(HttpClient, KeepsTheBodyOfAnythingBut200EvenWithASink)
{
    FakeBackend backend;
    ClientHarness h;
    for (const int status : {201, 300, 401, 404, 500}) {
        backend.push(FakeReply{.status = status, .body = "because"});
        CollectingSink sink;

        const auto got = h.get(backend, &sink);

        ASSERT_TRUE(got);
        EXPECT_EQ(got->status, status);
        EXPECT_EQ(got->body, "because");
        EXPECT_EQ(sink.slices, 0u);
    }
}

TEST(HttpClient, CutsAKeptBodyAtItsLimit)
{
    FakeBackend backend;
    ClientHarness h;
    h.limits.max_error_body_bytes = 1000;

    backend.push(FakeReply{.status = 500, .body = std::string(1000, 'x')});
    EXPECT_EQ(h.get(backend)->body.size(), 1000u);
    backend.push(FakeScript("HTTP/1.1 500 Oops\r\n\r\n").send_times(10'000, std::string(1000, 'x')).hang());
    EXPECT_EQ(h.get(backend)->body.size(), 1000u);

    EXPECT_TRUE(backend.wait_for_ended(1)) << "the rest is not read";
}

TEST(HttpClient, RefusesABodyPastItsLimit)
{
    FakeBackend backend;
    ClientHarness h;
    h.limits.max_body_bytes = 100'000;
    CollectingSink within, past;

    backend.push(FakeReply{.body = std::string(100'000, 'x')});
    EXPECT_TRUE(h.get(backend, &within));
    backend.push(FakeReply{.body = std::string(100'001, 'x'), .framing = FakeReply::Framing::until_close});
    const auto refused = h.get(backend, &past);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error_class, ErrorClass::upstream_protocol);
    EXPECT_LE(past.body.size(), 100'000u);

    CollectingSink untouched;
    backend.push(FakeScript("HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\nx").hang());
    const auto announced = h.get(backend, &untouched);

    ASSERT_FALSE(announced);
    EXPECT_EQ(announced.error().error_class, ErrorClass::upstream_protocol);
    EXPECT_EQ(untouched.slices, 0u) << "its own word is enough";
}

TEST(HttpClient, TheSinkMayEndTheExchange)
{
    FakeBackend backend;
    ClientHarness h;
    CollectingSink sink;
    sink.refusal = "not a listing";

    backend.push(FakeScript("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello").hang());
    const auto refused = h.get(backend, &sink);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error_class, ErrorClass::conflict);
    EXPECT_EQ(refused.error().message, "not a listing");
    EXPECT_TRUE(refused.error().sent);
    EXPECT_TRUE(backend.wait_for_ended(1));
}

TEST(HttpClient, FollowsNoRedirect)
{
    FakeBackend backend, elsewhere;
    ClientHarness h;
    for (const int status : {301, 302, 303, 307, 308}) {
        backend.push(FakeReply{.status = status, .headers = {{"Location", elsewhere.url() + "/v2/images"}}});

        const auto got = h.get(backend);

        ASSERT_TRUE(got);
        EXPECT_EQ(got->status, status);
        EXPECT_EQ(find_header(got->headers, "Location"), elsewhere.url() + "/v2/images");
    }
    EXPECT_EQ(elsewhere.connections(), 0u);
}

TEST(HttpClient, SkipsEightInterimAnswersAndNoMore)
{
    FakeBackend backend;
    ClientHarness h;
    const std::string final = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

    backend.push(FakeScript()
                     .send_times(4, "HTTP/1.1 100 Continue\r\n\r\n")
                     .send_times(4, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
                     .send(final));
    const auto got = h.get(backend);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->body, "{}");
    EXPECT_EQ(find_header(got->headers, "Link"), "");

    backend.push(FakeScript().send_times(9, "HTTP/1.1 100 Continue\r\n\r\n").send(final));
    const auto refused = h.get(backend);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error_class, ErrorClass::upstream_protocol);
}

struct Hostile {
    const char* name;
    FakeScript script;
    ErrorClass expected;
};

std::vector<Hostile> hostile_answers()
{
    const auto ok = [](const std::string& fields, const std::string& body = "") {
        return FakeScript("HTTP/1.1 200 OK\r\n" + fields + "\r\n" + body);
    };
    constexpr auto protocol = ErrorClass::upstream_protocol;
    constexpr auto unavailable = ErrorClass::upstream_unavailable;
    const std::string megabyte(1 << 20, 'x');
    return {
        {"closed without an answer", FakeScript().close(), unavailable},
        {"reset without an answer", FakeScript().reset(), unavailable},
        {"closed within the head", FakeScript("HTTP/1.1 200 OK\r\nContent-Le").close(), unavailable},
        {"closed within a body", ok("Content-Length: 10\r\n", "hello").close(), unavailable},
        {"reset within a body", ok("Content-Length: 10\r\n", "hello").reset(), unavailable},
        {"reset within a body without length", ok("", "hello").reset(), unavailable},
        {"closed within a chunk", ok("Transfer-Encoding: chunked\r\n", "5\r\nhel").close(), unavailable},
        {"closed before the last chunk", ok("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n").close(), unavailable},
        {"closed before the last line", ok("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n").close(),
         unavailable},
        {"another protocol", FakeScript("SSH-2.0-OpenSSH_9.2\r\n").hang(), protocol},
        {"HTTP/2", FakeScript(std::string_view("\0\0\x12\4\0\0\0\0\0", 9)).hang(), protocol},
        {"a TLS alert", FakeScript("\x15\x03\x03").hang(), protocol},
        {"HTTP/0.9", FakeScript("<html>").hang(), protocol},
        {"a bad status line", FakeScript("HTTP/1.1 OK\r\n\r\n").hang(), protocol},
        {"two lengths", ok("Content-Length: 5\r\nContent-Length: 5\r\n", "hello").hang(), protocol},
        {"a negative length", ok("Content-Length: -1\r\n").hang(), protocol},
        {"a length past 64 bits", ok("Content-Length: 99999999999999999999\r\n").hang(), protocol},
        {"length and chunks", ok("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n").hang(), protocol},
        {"a strange transfer coding", ok("Transfer-Encoding: gzip\r\n").hang(), protocol},
        {"a bad chunk", ok("Transfer-Encoding: chunked\r\n", "hello\r\n").hang(), protocol},
        {"a chunk size past 64 bits", ok("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n").hang(), protocol},
        {"a trailer of 1 MiB", ok("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\nA: " + megabyte + "\r\n\r\n"),
         protocol},
        {"an endless trailer",
         ok("Transfer-Encoding: chunked\r\n", "0\r\n").send_times(1000, "A: b" + megabyte + "\r\n"), protocol},
        {"an endless chunk extension", ok("Transfer-Encoding: chunked\r\n", "2;").send_times(1000, megabyte), protocol},
        {"a head of 1 MiB", ok("A: " + megabyte + "\r\n"), protocol},
        {"an endless head", FakeScript("HTTP/1.1 200 OK\r\n").send_times(100'000, "A: b\r\n"), protocol},
        {"257 fields", ok([] {
             std::string fields;
             for (int i = 0; i < 257; ++i) {
                 fields += "A: b\r\n";
             }
             return fields;
         }()),
         protocol},
        {"a folded line", ok("A: b\r\n c\r\nContent-Length: 0\r\n"), protocol},
        {"a NUL", FakeScript(std::string_view("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 26)).hang(), protocol},
        {"gzip nobody asked for", ok("Content-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"), protocol},
        {"switching protocols", FakeScript("HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n").hang(), protocol},
    };
}

TEST(HttpClient, HostileAnswersBecomeErrors)
{
    for (const auto& hostile : hostile_answers()) {
        FakeBackend backend;
        ClientHarness h;
        CollectingSink sink;
        backend.push(hostile.script);

        const auto got = h.get(backend, &sink);

        ASSERT_FALSE(got) << hostile.name;
        EXPECT_EQ(got.error().error_class, hostile.expected) << hostile.name << ": " << got.error().message;
        EXPECT_TRUE(got.error().sent) << hostile.name;
        EXPECT_EQ(got.error().message.find("127.0.0.1"), std::string::npos) << hostile.name;
        EXPECT_TRUE(backend.wait_for_ended(1)) << hostile.name << " left its connection open";
        EXPECT_EQ(backend.connections(), 1u) << hostile.name;
    }
}

TEST(HttpClient, ABadRequestIsNotSent)
{
    FakeBackend backend;
    ClientHarness h;
    auto split = h.request_to(backend);
    split.headers = {{"X-Auth-Token", "t\r\nX-Admin: 1"}};
    auto spaced = h.request_to(backend);
    spaced.target = "/v2/images?name=a b";

    EXPECT_EQ(h.send(split).error().error_class, ErrorClass::config);
    EXPECT_EQ(h.send(spaced).error().error_class, ErrorClass::upstream_bad_request);

    EXPECT_EQ(backend.connections(), 0u);
}

TEST(HttpClient, ARefusedConnectionIsUnavailableAndNothingWasSent)
{
    ClientHarness h;
    HttpRequest request;
    {
        const FakeBackend gone;
        request = h.request_to(gone);
    }

    const auto got = h.send(request);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().error_class, ErrorClass::upstream_unavailable);
    EXPECT_FALSE(got.error().sent);
}

} // namespace
} // namespace polyglance::test
