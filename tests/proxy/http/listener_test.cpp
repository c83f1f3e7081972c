#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>
#include <zlib.h>

#include "proxy/http/listener.hpp"
#include "proxy/loop.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

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

struct Served {
    explicit Served(ListenerOptions options = {})
        : listener(loop.context(), {.host = "127.0.0.1", .port = 0}, options, RequestHandler{.handle = &echo}, clock,
                   connections)
    {
        listener.start();
        loop.start();
    }
    ~Served() { asio::co_spawn(loop.context(), listener.stop(), asio::use_future).wait(); }

    SystemClock clock;
    std::atomic<std::size_t> connections{0};
    Loop loop{[](std::string_view what) { ADD_FAILURE() << what; }};
    Listener listener;
};

/// A client in raw bytes, blocking.
class Client {
public:
    explicit Client(const Served& served)
    {
        socket_.connect({asio::ip::address_v4::loopback(), served.listener.port()});
        timeval patience{.tv_sec = 10, .tv_usec = 0};
        setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes)); }
    /// Everything until the server closes.
    std::string read_all()
    {
        std::string out;
        boost::system::error_code error;
        asio::read(socket_, asio::dynamic_buffer(out), error);
        EXPECT_EQ(error, asio::error::eof);
        return out;
    }
    /// One answer whose body ends with `last`.
    std::string read_through(std::string_view last)
    {
        std::string out;
        while (!out.ends_with(last)) {
            std::array<char, 4096> part{};
            boost::system::error_code error;
            const auto n = socket_.read_some(asio::buffer(part), error);
            if (error) {
                ADD_FAILURE() << error.message() << " after " << out;
                break;
            }
            out.append(part.data(), n);
        }
        return out;
    }

private:
    asio::io_context io_;
    tcp::socket socket_{io_};
};

TEST(Listener, AnswersPipelinedRequestsInOrderOnOneConnection)
{
    Served served;
    Client client(served);

    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n"
                "GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto answers = client.read_all();

    const auto a = answers.find("\r\n\r\n/aHTTP/1.1 200 OK\r\n");
    const auto b = answers.find("\r\n\r\n/bHTTP/1.1 200 OK\r\n");
    ASSERT_NE(a, std::string::npos) << answers;
    ASSERT_NE(b, std::string::npos);
    EXPECT_LT(a, b);
    EXPECT_TRUE(answers.ends_with("\r\n\r\n/c"));
    EXPECT_NE(answers.find("Connection: close"), std::string::npos);
    EXPECT_NE(answers.find("X-Peer: 127.0.0.1\r\n"), std::string::npos);
    EXPECT_NE(answers.find("Date: "), std::string::npos);
}

TEST(Listener, RefusesBadRequestsWithAProblemAndCloses)
{
    Served served;
    Client client(served);

    client.send("GET /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    const auto answer = client.read_all();

    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << answer;
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
    EXPECT_NE(answer.find("\"code\":\"unexpected_body\""), std::string::npos);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
}

TEST(Listener, HeadAndNotModifiedHaveNoBody)
{
    Served served;
    Client client(served);

    client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const auto answers = client.read_all();

    EXPECT_NE(answers.find("Content-Length: 4\r\n"), std::string::npos);
    EXPECT_NE(answers.find("\r\n\r\nHTTP/1.1 304 Not Modified\r\n"), std::string::npos) << answers;
    EXPECT_TRUE(answers.ends_with("\r\n\r\n"));
}

TEST(Listener, CompressesLargeBodiesForThoseWhoTakeIt)
{
    Served served;
    Client client(served);

    client.send("GET /big HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
    const auto answer = client.read_all();
    const auto body = answer.substr(answer.find("\r\n\r\n") + 4);

    EXPECT_NE(answer.find("Content-Encoding: gzip\r\n"), std::string::npos);
    EXPECT_NE(answer.find("Content-Length: " + std::to_string(body.size()) + "\r\n"), std::string::npos);
    std::string plain(6000, '\0');
    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
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
    Client client(served);

    client.send("GET /a HTTP/1.1\r\nHost: x\r\nX-Request-Id: my-id.1234\r\n\r\n"
                "GET /b HTTP/1.1\r\nHost: x\r\nX-Request-Id: no spaces please\r\nConnection: close\r\n\r\n");
    const auto answers = client.read_all();

    EXPECT_NE(answers.find("X-Request-Id: my-id.1234\r\n"), std::string::npos);
    EXPECT_EQ(answers.find("no spaces"), std::string::npos);
}

TEST(Listener, CutsASlowHeadWith408AndAnIdleConnectionSilently)
{
    Served served({.header_timeout = 50ms, .idle_timeout = 50ms, .head = {}});
    Client slow(served);
    Client idle(served);

    slow.send("GET / HTTP/1.1\r\nHost: x\r\n");

    EXPECT_TRUE(slow.read_all().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    EXPECT_EQ(idle.read_all(), "");
}

TEST(Listener, TurnsAwayConnectionsOverTheLimit)
{
    Served served({.max_connections = 1, .head = {}});
    Client first(served);
    first.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    first.read_through("/a");

    Client second(served);

    EXPECT_TRUE(second.read_all().starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
    first.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(first.read_through("/b").starts_with("HTTP/1.1 200"));
}

TEST(Listener, AnswersOnceMoreWhileDraining)
{
    Served served;
    Client client(served);
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    client.read_through("/a");

    asio::post(served.loop.context(), [&] { served.listener.drain(); });
    client.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.read_all();

    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK"));
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST(Listener, StopCutsRequestsInFlight)
{
    auto served = std::make_unique<Served>();
    Client client(*served);
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    while (served->connections == 0) {
        std::this_thread::yield();
    }

    served.reset();

    EXPECT_EQ(client.read_all(), "");
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
