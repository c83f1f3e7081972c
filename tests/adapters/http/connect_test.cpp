#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <vector>

#include "adapters/http/connect.hpp"
#include "tests/support/run.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

const tcp::endpoint any_port{asio::ip::address_v4::loopback(), 0};

/// Accepts in the kernel without anybody calling accept().
struct Listening {
    explicit Listening(asio::io_context& io) : acceptor(io, any_port) {}
    tcp::endpoint endpoint() const { return acceptor.local_endpoint(); }

    tcp::acceptor acceptor;
};

/// Bound, so that the port stays ours, but not listening.
struct Refusing {
    explicit Refusing(asio::io_context& io) : socket(io, any_port) {}
    tcp::endpoint endpoint() const { return socket.local_endpoint(); }

    tcp::socket socket;
};

/// Its queue is full, so the kernel drops further SYNs: like a host that is gone.
struct Silent {
    explicit Silent(asio::io_context& io) : acceptor(io, tcp::v4())
    {
        acceptor.bind(any_port);
        acceptor.listen(0);
        for (int i = 0; i < 4; ++i) {
            fillers.emplace_back(io, tcp::v4());
            // Asio's own connect() would wait for the answer that never comes.
            fillers.back().native_non_blocking(true);
            ::connect(fillers.back().native_handle(), endpoint().data(), static_cast<socklen_t>(endpoint().size()));
        }
    }
    tcp::endpoint endpoint() const { return acceptor.local_endpoint(); }

    tcp::acceptor acceptor;
    std::vector<tcp::socket> fillers;
};

Result<tcp::endpoint> connect_to(asio::io_context& io, TcpEndpoints endpoints, std::chrono::milliseconds timeout)
{
    auto socket = test::run(io, connect_any(io.get_executor(), std::move(endpoints), timeout));
    if (!socket) {
        return std::unexpected(socket.error());
    }
    return socket->remote_endpoint();
}

TEST(ConnectAny, TakesTheFirstThatAccepts)
{
    asio::io_context io;
    const Listening first(io), second(io);

    EXPECT_EQ(connect_to(io, {first.endpoint(), second.endpoint()}, 3s), first.endpoint());
}

TEST(ConnectAny, GoesOnAfterARefusal)
{
    asio::io_context io;
    const Refusing refusing(io);
    const Listening good(io);

    EXPECT_EQ(connect_to(io, {refusing.endpoint(), refusing.endpoint(), good.endpoint()}, 3s), good.endpoint());
}

TEST(ConnectAny, DoesNotWaitForADeadAddress)
{
    asio::io_context io;
    const Silent silent(io);
    const Listening good(io);
    TcpEndpoints endpoints(15, silent.endpoint());
    endpoints.push_back(good.endpoint());

    EXPECT_EQ(connect_to(io, endpoints, 1s), good.endpoint());
}

TEST(ConnectAny, SaysWhyNothingCameOfIt)
{
    asio::io_context io;
    const Refusing refusing(io);
    const Silent silent(io);

    const auto refused = connect_to(io, {refusing.endpoint()}, 3s);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error_class, ErrorClass::upstream_unavailable);
    EXPECT_EQ(refused.error().message, "the backend refused the connection");

    const auto too_late = connect_to(io, {silent.endpoint()}, 50ms);
    ASSERT_FALSE(too_late);
    EXPECT_EQ(too_late.error().error_class, ErrorClass::upstream_unavailable);
    EXPECT_EQ(too_late.error().message, "the backend did not accept a connection in time");
}

} // namespace
} // namespace polyglance
