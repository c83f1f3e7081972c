#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <deque>

#include "tests/proxy/http/served.hpp"
#include "tests/support/manual_clock.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

/// Echoes the path; `/big` has a body worth compressing, `/slow` waits until it is cut.
asio::awaitable<Response> echo(const Request& request)
{
    if (request.path == "/slow") {
        asio::steady_timer timer(co_await asio::this_coro::executor, 1h);
        co_await timer.async_wait(asio::use_awaitable);
    }
    if (request.path == "/none") {
        co_return Response{.status = 304};
    }
    auto response = make_response(200, "text/plain", request.path == "/big" ? std::string(5000, 'x') : request.path);
    response.add("X-Peer", request.peer);
    co_return response;
}

/// How many requests are being answered.
struct InHand {
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    std::atomic<int> total = 0;
};

/// Answers with the path after some turns of the loop, counting how many requests are in hand.
asio::awaitable<Response> count_in_hand(const Request& request, InHand& in_hand)
{
    const int now = ++in_hand.now;
    in_hand.most = std::max(in_hand.most.load(), now);
    ++in_hand.total;
    const auto executor = co_await asio::this_coro::executor;
    for (int i = 0; i < 3; ++i) {
        co_await asio::post(executor, asio::use_awaitable);
    }
    --in_hand.now;
    co_return make_response(200, "text/plain", request.path);
}

struct Served : test::Served {
    explicit Served(ListenerOptions options = {}, const Clock* other_clock = nullptr)
        : test::Served({.handle = &echo}, options, other_clock)
    {
    }
};

std::string get(std::string_view path, std::string_view more_headers = "")
{
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(more_headers) + "\r\n";
}

constexpr std::string_view last = "Connection: close\r\n";

TEST(Listener, AnswersPipelinedRequestsInOrderOnOneConnection)
{
    Served served;
    auto client = served.connect();

    client.send(get("/a") + get("/b") + get("/c", last));
    const auto answers = client.read_all();

    ASSERT_EQ(answers.size(), 3u);
    EXPECT_EQ(answers[0].body, "/a");
    EXPECT_EQ(answers[1].body, "/b");
    EXPECT_EQ(answers[2].body, "/c");
    EXPECT_EQ(answers[0].header("Connection"), "");
    EXPECT_EQ(answers[2].header("Connection"), "close");
    EXPECT_EQ(answers[0].header("X-Peer"), "127.0.0.1");
    EXPECT_NE(answers[0].header("Date"), "");
}

TEST(Listener, TellsAClientOfHttp10ThatItsConnectionIsKept)
{
    Served served;
    auto client = served.connect();

    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n");
    const auto answers = client.read_all();

    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[0].header("Connection"), "keep-alive") << "without it such a client waits for the end";
    EXPECT_EQ(answers[1].header("Connection"), "close");
}

TEST(Listener, RefusesBadRequestsWithAProblemAndCloses)
{
    Served served;
    auto client = served.connect();

    client.send(get("/a", "Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n");
    const auto answers = client.read_all();

    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].status, 400);
    EXPECT_EQ(answers[0].header("Content-Type"), "application/problem+json");
    EXPECT_EQ(answers[0].json()["code"], "unexpected_body");
    EXPECT_EQ(answers[0].header("Connection"), "close");
}

TEST(Listener, HeadAndNotModifiedHaveNoBody)
{
    Served served;
    auto client = served.connect();
    client.expect_no_body(0);

    client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n" + get("/none", last));
    const auto answers = client.read_all();

    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[0].header("Content-Length"), "4");
    EXPECT_EQ(answers[1].status, 304);
    EXPECT_EQ(answers[1].header("Content-Length"), "");
}

TEST(Listener, LeavesInTheSocketWhatItCannotAnswerYet)
{
    Served served;
    auto client = served.connect();

    client.send(get("/slow"));

    EXPECT_FALSE(client.send_filling(256UL << 20)) << "a quarter of a GiB was read ahead of a request in hand";
}

TEST(Listener, CompressesLargeBodiesForThoseWhoTakeIt)
{
    Served served;
    auto client = served.connect();

    client.send(get("/big", "Accept-Encoding: gzip\r\nConnection: close\r\n"));
    const auto answer = client.read_all().at(0);

    EXPECT_EQ(answer.header("Content-Encoding"), "gzip");
    std::string plain(6000, '\0');
    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(answer.body.data()));
    stream.avail_in = static_cast<uInt>(answer.body.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    plain.resize(stream.total_out);
    inflateEnd(&stream);
    EXPECT_EQ(plain, std::string(5000, 'x'));
}

TEST(Listener, TakesARequestIdOnlyIfItIsSafe)
{
    Served served;
    auto client = served.connect();

    client.send(get("/a", "X-Request-Id: my-id.1234\r\n") +
                get("/b", "X-Request-Id: no spaces please\r\nConnection: close\r\n"));
    const auto answers = client.read_all();

    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[0].header("X-Request-Id"), "my-id.1234");
    EXPECT_EQ(answers[1].header("X-Request-Id").size(), 26u);
}

/// What a client sends before it falls silent, and the answers that it gets before it is cut.
struct Silence {
    std::string bytes;
    std::vector<int> answers;
};

TEST(Listener, CutsAnUnfinishedHeadWith408AndAnIdleConnectionSilently)
{
    const std::vector<Silence> shapes{
        {"GET / HTTP/1.1\r\nHost: x\r\n", {408}},
        {"G", {408}},
        {"\r", {408}},
        {"\r\n", {408}},
        {"GET / HTTP/1.1\r\nHost: x\r\n\r", {408}},
        {"GET / HTTP/1.1\rHost: x\r\r", {408}},
        {std::string("AMQP\0\0\x09\x01", 8), {408}},
        {get("/a") + "GET /b", {200, 408}},
        {get("/a"), {200}},
        {"", {}},
    };
    Served served({.header_timeout = 50ms, .idle_timeout = 50ms, .head = {}});
    std::deque<test::RawClient> clients;
    for (int i = 0; i < 20; ++i) { // many at once: none holds up another
        for (const auto& shape : shapes) {
            clients.emplace_back(served.listener.port()).send(shape.bytes);
        }
    }

    for (std::size_t i = 0; i < clients.size(); ++i) {
        const auto& shape = shapes[i % shapes.size()];
        std::vector<int> statuses;
        for (const auto& answer : clients[i].read_all()) {
            statuses.push_back(answer.status);
        }
        EXPECT_EQ(statuses, shape.answers) << testing::PrintToString(shape.bytes);
    }
    auto good = served.connect();
    good.send(get("/a"));
    EXPECT_EQ(good.read(1).at(0).status, 200);
}

TEST(Listener, TheDeadlineIsForTheWholeHeadHoweverOftenAByteComes)
{
    test::ManualClock clock;
    Served served({}, &clock);
    auto client = served.connect();
    client.send("GET / HTTP/1.1\r\nHost: x\r\nA: ");

    int seconds = 0;
    for (; !client.ended() && seconds < 500; ++seconds) {
        client.send("a");
        clock.advance(1s);
        client.read_for(10ms);
    }

    EXPECT_TRUE(client.ended()) << "a byte a second kept the connection open for " << seconds << " s";
    ASSERT_EQ(client.read_all().size(), 1u);
    EXPECT_EQ(client.read_all()[0].status, 408);
}

TEST(Listener, HasOneRequestOfAConnectionInHandAtATime)
{
    InHand in_hand;
    test::Served served({.handle = [&in_hand](Request& request) { return count_in_hand(request, in_hand); }});
    auto client = served.connect();

    std::string hundred;
    for (int i = 0; i < 100; ++i) {
        hundred += get("/" + std::to_string(i));
    }
    client.send(hundred);
    const auto answers = client.read(100);

    ASSERT_EQ(answers.size(), 100u);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        EXPECT_EQ(answers[i].body, "/" + std::to_string(i));
    }
    EXPECT_EQ(in_hand.most, 1);
    EXPECT_EQ(in_hand.total, 100);
}

TEST(Listener, TurnsAwayConnectionsOverTheLimit)
{
    Served served({.max_connections = 1, .head = {}});
    auto first = served.connect();
    first.send(get("/a"));
    ASSERT_EQ(first.read(1).size(), 1u);

    auto second = served.connect();

    EXPECT_EQ(second.read_all().at(0).status, 503);
    first.send(get("/b"));
    EXPECT_EQ(first.read(2).at(1).body, "/b");
}

TEST(Listener, AnswersOnceMoreWhileDraining)
{
    Served served;
    auto client = served.connect();
    client.send(get("/a"));
    client.read(1);

    asio::post(served.loop.context(), [&] { served.listener.drain(); });
    client.send(get("/b"));
    const auto answers = client.read_all();

    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[1].status, 200);
    EXPECT_EQ(answers[1].header("Connection"), "close");
}

TEST(Listener, StopCutsRequestsInFlight)
{
    auto served = std::make_unique<Served>();
    auto client = served->connect();
    client.send(get("/slow"));
    while (served->connections == 0) {
        std::this_thread::yield();
    }

    served.reset();

    EXPECT_TRUE(client.read_all().empty());
}

TEST(Listener, SaysWhenAnAddressIsTaken)
{
    Served served;

    EXPECT_THROW(check_address_is_free({.host = "127.0.0.1", .port = served.listener.port()}),
                 boost::system::system_error);
    EXPECT_NO_THROW(check_address_is_free({.host = "127.0.0.1", .port = 0}));
}

} // namespace
} // namespace polyglance
