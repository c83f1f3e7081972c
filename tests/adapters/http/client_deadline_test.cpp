#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/adapters/http/client_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

TEST(HttpClientDeadline, EndsEveryKindOfWaiting)
{
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
    struct Case {
        const char* name;
        FakeScript script;
    };
    for (const auto& c : {
             Case{"no answer", FakeScript().hang()},
             Case{"half a head", FakeScript("HTTP/1.1 200 OK\r\nCont").hang()},
             Case{"no body", FakeScript(head).hang()},
             Case{"half a body", FakeScript(head + "hello").hang()},
             Case{"no end of chunks",
                  FakeScript("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n").hang()},
             Case{"no end of connection", FakeScript("HTTP/1.1 200 OK\r\n\r\nhello").hang()},
             Case{"a dripping head", FakeScript().drip("HTTP/1.1 200 OK\r\n" + std::string(100'000, 'A'), 5ms)},
             Case{"a dripping body", FakeScript(head).drip(std::string(100'000, 'x'), 5ms)},
         }) {
        FakeBackend backend;
        ClientHarness h;
        h.timeout = 60ms;
        backend.push(c.script);
        const auto start = std::chrono::steady_clock::now();

        const auto got = h.get(backend);

        ASSERT_FALSE(got) << c.name;
        EXPECT_EQ(got.error().error_class, ErrorClass::timeout) << c.name;
        EXPECT_TRUE(got.error().sent) << c.name;
        EXPECT_LT(std::chrono::steady_clock::now() - start, 2s) << c.name;
        EXPECT_TRUE(backend.wait_for_ended(1)) << c.name << " left its connection open";
    }
}

TEST(HttpClientDeadline, HoldsWhileTheRequestIsWritten)
{
    asio::io_context listening;
    asio::ip::tcp::acceptor never_reads(listening, {asio::ip::address_v4::loopback(), 0});
    ClientHarness h;
    h.timeout = 60ms;
    HttpRequest request;
    request.method = HttpMethod::post;
    request.endpoint = {.tls = false, .host = "127.0.0.1", .port = never_reads.local_endpoint().port(), .prefix = ""};
    request.target = "/";
    request.body = std::string(32UL << 20, 'b');

    const auto got = h.send(request);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().error_class, ErrorClass::timeout);
    EXPECT_TRUE(got.error().sent);
}

TEST(HttpClientDeadline, HoldsDuringTheTlsHandshake)
{
    asio::io_context listening;
    asio::ip::tcp::acceptor never_speaks(listening, {asio::ip::address_v4::loopback(), 0});
    ClientHarness h;
    h.timeout = 60ms;
    HttpRequest request;
    request.endpoint = {.tls = true, .host = "127.0.0.1", .port = never_speaks.local_endpoint().port(), .prefix = ""};
    request.target = "/";

    const auto got = h.send(request);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().error_class, ErrorClass::timeout);
    EXPECT_FALSE(got.error().sent);
}

TEST(HttpClientDeadline, InThePastMeansThatNothingIsTried)
{
    FakeBackend backend;
    ClientHarness h;
    h.timeout = 0ms;

    const auto got = h.get(backend);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().error_class, ErrorClass::timeout);
    EXPECT_FALSE(got.error().sent);
    EXPECT_EQ(backend.connections(), 0u);
}

TEST(HttpClientDeadline, AGetThatTimedOutOnAKeptConnectionIsNotRepeated)
{
    FakeBackend backend([](const FakeRequest&) { return FakeReply{.body = "{}"}; });
    ClientHarness h;
    EXPECT_TRUE(h.get(backend));
    h.timeout = 60ms;
    backend.push(FakeScript().hang());

    EXPECT_EQ(h.get(backend).error().error_class, ErrorClass::timeout);

    EXPECT_EQ(backend.requests().size(), 2u);
}

TEST(HttpClientDeadline, ASlowAnswerWithinItIsWhole)
{
    FakeBackend backend;
    ClientHarness h;
    backend.push(
        FakeScript().drip(FakeReply{.body = R"({"images":[]})", .framing = FakeReply::Framing::chunked}.wire(), 0ms));

    const auto got = h.get(backend);

    ASSERT_TRUE(got);
    EXPECT_EQ(got->body, R"({"images":[]})");
}

TEST(HttpClientDeadline, CancellingTheCallerClosesTheConnection)
{
    FakeBackend backend;
    ClientHarness h;
    backend.push(FakeScript().hang());
    asio::cancellation_signal cancel;
    bool ended = false;
    asio::co_spawn(
        h.io, h.start(h.request_to(backend)),
        asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr&, const auto&) { ended = true; }));
    std::thread canceller([&] {
        EXPECT_TRUE(backend.wait_for_requests(1));
        asio::post(h.io, [&] { cancel.emit(asio::cancellation_type::terminal); });
    });

    h.io.run();
    canceller.join();

    EXPECT_TRUE(ended);
    EXPECT_TRUE(backend.wait_for_ended(1));
}

} // namespace
} // namespace polyglance::test
