#include <boost/asio/co_spawn.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/adapters/http/client_harness.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;

FakeScript small(const FakeRequest&)
{
    return FakeReply{.body = "{}"};
}

TEST(HttpClientPool, OneConnectionServesOneExchangeAfterTheOther)
{
    using enum FakeReply::Framing;
    FakeBackend backend(small);
    ClientHarness h;
    backend.push(FakeReply{.status = 204});
    backend.push(FakeReply{.status = 404, .body = "no"});
    backend.push(FakeReply{.body = "{}", .framing = chunked});

    for (int i = 0; i < 6; ++i) {
        EXPECT_TRUE(h.get(backend));
    }

    EXPECT_EQ(backend.connections(), 1u);
}

TEST(HttpClientPool, ExchangesAtATimeHaveConnectionsOfTheirOwn)
{
    Gate gate;
    FakeBackend backend(
        [&](const FakeRequest&) { return FakeScript().wait(gate).send(FakeReply{.body = "{}"}.wire()); });
    ClientHarness h;
    int answered = 0;
    for (int i = 0; i < 12; ++i) {
        asio::co_spawn(h.io, h.start(h.request_to(backend)),
                       [&](const std::exception_ptr&, const Result<HttpResponse>& got) { answered += got ? 1 : 0; });
    }
    std::thread opener([&] {
        EXPECT_TRUE(backend.wait_for_requests(12));
        gate.open();
    });
    h.io.run();
    opener.join();

    EXPECT_EQ(answered, 12);
    EXPECT_EQ(backend.connections(), 12u);
    EXPECT_EQ(backend.most_in_flight(), 12u);
    EXPECT_TRUE(backend.wait_for_ended(4)) << "8 are kept, no more";

    EXPECT_TRUE(h.get(backend));
    EXPECT_EQ(backend.connections(), 12u);
}

TEST(HttpClientPool, ConnectionsAreNotKeptForLongerThanAMinute)
{
    FakeBackend backend(small);
    ClientHarness h;

    EXPECT_TRUE(h.get(backend));
    h.clock.advance(59s);
    EXPECT_TRUE(h.get(backend));
    EXPECT_EQ(backend.connections(), 1u);
    h.clock.advance(60s);
    EXPECT_TRUE(h.get(backend));

    EXPECT_EQ(backend.connections(), 2u);
}

TEST(HttpClientPool, AConnectionClosedWhileIdleIsReplacedUnseen)
{
    FakeBackend backend(small);
    ClientHarness h;
    for (const auto method : {HttpMethod::get, HttpMethod::post, HttpMethod::delete_}) {
        EXPECT_TRUE(h.get(backend));
        backend.close_idle();

        EXPECT_TRUE(h.send(h.request_to(backend, method)));
    }
    EXPECT_EQ(backend.requests().size(), 6u);
}

TEST(HttpClientPool, AKeptConnectionThatFailsWithoutAnAnswerIsReplacedForGetOnly)
{
    for (const auto& failing : {FakeScript().close(), FakeScript().reset()}) {
        FakeBackend backend(small);
        ClientHarness h;
        EXPECT_TRUE(h.get(backend));
        backend.push(failing);
        EXPECT_TRUE(h.get(backend));
        EXPECT_EQ(backend.connections(), 2u);

        for (const auto method : {HttpMethod::post, HttpMethod::delete_}) {
            EXPECT_TRUE(h.get(backend));
            const std::size_t before = backend.requests().size();
            backend.push(failing);

            const auto got = h.send(h.request_to(backend, method));

            ASSERT_FALSE(got);
            EXPECT_EQ(got.error().error_class, ErrorClass::upstream_unavailable);
            EXPECT_TRUE(got.error().sent);
            EXPECT_EQ(backend.requests().size(), before + 1);
        }
    }
}

TEST(HttpClientPool, AGetIsRepeatedOnceOnly)
{
    FakeBackend backend(small);
    ClientHarness h;
    EXPECT_TRUE(h.get(backend));
    backend.push(FakeScript().close());
    backend.push(FakeScript().close());

    EXPECT_FALSE(h.get(backend));

    EXPECT_EQ(backend.requests().size(), 3u);
}

TEST(HttpClientPool, ARequestThatWentOutOnTheKeptConnectionCountsAsSent)
{
    FakeBackend backend(small);
    ClientHarness h;
    EXPECT_TRUE(h.get(backend));
    backend.stop_accepting();
    backend.push(FakeScript().close());

    const auto got = h.get(backend);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().message, "the backend refused the connection");
    EXPECT_TRUE(got.error().sent);
}

TEST(HttpClientPool, AnAnswerThatHasBegunIsNotAskedForAgain)
{
    FakeBackend backend(small);
    ClientHarness h;
    EXPECT_TRUE(h.get(backend));
    backend.push(FakeScript("H").reset());

    EXPECT_FALSE(h.get(backend));

    EXPECT_EQ(backend.requests().size(), 2u);
}

TEST(HttpClientPool, OnlyCleanConnectionsAreUsedAgain)
{
    struct Case {
        const char* name;
        FakeScript script;
    };
    const std::string ghost = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nghost";
    for (const auto& c : {
             Case{"bytes after the body", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" + ghost},
             Case{"bytes after the last chunk",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + ghost},
             Case{"a body after 204", "HTTP/1.1 204 No Content\r\n\r\n" + ghost},
             Case{"an announced body after 204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"},
             Case{"a body after 304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nghost"},
             Case{"Connection: close", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"},
             Case{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"},
         }) {
        FakeBackend backend(small);
        ClientHarness h;
        backend.push(c.script);

        EXPECT_TRUE(h.get(backend)) << c.name;
        const auto next = h.get(backend);

        ASSERT_TRUE(next) << c.name;
        EXPECT_EQ(next->body, "{}") << c.name;
        EXPECT_EQ(backend.connections(), 2u) << c.name;
    }
}

TEST(HttpClientPool, AnAnswerNobodyAskedForIsNotTakenForTheNext)
{
    for (const auto tls : {FakeTls::off, FakeTls::valid}) {
        FakeBackend backend(small, tls);
        ClientHarness h;
        EXPECT_TRUE(h.get(backend));
        backend.send_unasked("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nghost");

        const auto got = h.get(backend);

        ASSERT_TRUE(got);
        EXPECT_EQ(got->body, "{}");
        EXPECT_EQ(backend.connections(), 2u);
    }
}

TEST(HttpClientPool, ConnectionsAreSharedOnlyUnderTheSameRulesOfVerifying)
{
    FakeBackend backend(small, FakeTls::valid);
    ClientHarness h;
    auto unverified = h.request_to(backend);
    unverified.tls.verify = false;

    EXPECT_TRUE(h.send(unverified));
    EXPECT_TRUE(h.get(backend));
    EXPECT_TRUE(h.get(backend));
    EXPECT_TRUE(h.send(unverified));

    EXPECT_EQ(backend.connections(), 2u);
}

} // namespace
} // namespace polyglance::test
