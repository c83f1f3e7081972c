#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include <list>
#include <poll.h>

#include "tests/end_to_end/program.hpp"
#include "tests/support/fleet.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using test::FakeScript;
using test::Fleet;
using test::ServedProgram;

/// A connection that does nothing by itself.
class Peer {
public:
    explicit Peer(std::uint16_t port, int receive_buffer = 0)
    {
        socket_.open(tcp::v4());
        if (receive_buffer > 0) {
            socket_.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
        }
        socket_.connect({asio::ip::address_v4::loopback(), port});
    }
    void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes)); }
    /// What comes until the server ends the connection.
    std::string read_all()
    {
        std::string out;
        std::array<char, 4096> part{};
        while (ready(POLLIN)) {
            boost::system::error_code error;
            out.append(part.data(), socket_.read_some(asio::buffer(part), error));
            if (error) {
                return out;
            }
        }
        ADD_FAILURE() << "still open after 20 s";
        return out;
    }
    /// Waits until the server has reset the connection, reading nothing.
    bool was_reset() { return ready(POLLERR); }

private:
    bool ready(short events)
    {
        pollfd waiting{.fd = socket_.native_handle(), .events = static_cast<short>(events & POLLIN), .revents = 0};
        return poll(&waiting, 1, 20'000) == 1 && (waiting.revents & events) != 0;
    }

    asio::io_context loop_;
    tcp::socket socket_{loop_};
};

constexpr std::string_view live = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Overload, HealthAndMetricsAnswerWhenAllConnectionsAreTaken)
{
    const ServedProgram served("max_connections: 2");
    served.get_admin("/livez");
    std::list<Peer> taken;
    taken.emplace_back(served.port);
    taken.emplace_back(served.port);
    taken.emplace_back(served.port);
    ASSERT_TRUE(taken.back().read_all().starts_with("HTTP/1.1 503"));

    EXPECT_EQ(test::get(served.admin, "/livez").status, 200);
    EXPECT_EQ(test::get(served.admin, "/readyz").status, 200);
    EXPECT_TRUE(served.metrics_say("polyglance_http_connections 2"));
}

TEST(Overload, ACrowdOverTheLimitHearsIt)
{
    const ServedProgram served("max_connections: 1");
    served.get_admin("/livez");
    Peer first(served.port);
    first.send(live);
    std::list<Peer> crowd;
    for (int i = 0; i < 300; ++i) {
        crowd.emplace_back(served.port).send(live);
    }
    for (auto& each : crowd) {
        const auto answer = each.read_all();
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
        EXPECT_NE(answer.find("\r\nRetry-After: 1\r\n"), std::string::npos);
        EXPECT_TRUE(answer.ends_with(R"("code":"overloaded"})"));
    }
}

TEST(Overload, AConnectionThatSaysNothingIsCutLikeASlowHead)
{
    const ServedProgram served("header_timeout: 100ms");
    served.get_admin("/livez");
    Peer silent(served.port);
    EXPECT_EQ(silent.read_all(), ""); // long before the idle timeout, which counts between requests
}

TEST(Overload, WhoTakesNothingOfAnAnswerIsReset)
{
    Fleet fleet(1000);
    const ServedProgram served("write_timeout: 200ms", fleet.yaml());
    ASSERT_EQ(served.get("/v1/images?wait_ms=20000").status, 200);

    constexpr std::string_view large = "GET /v1/images?limit=1000&view=full HTTP/1.1\r\nHost: x\r\n\r\n";
    Peer lazy(served.port, 4096);
    for (int i = 0; i < 40; ++i) {
        lazy.send(large);
    }
    EXPECT_TRUE(lazy.was_reset()); // a mere close would leave to the kernel what it had taken, for minutes

    // All of this one fits into the kernel's buffers. It gives up without a word to the peer.
    Peer one(served.port, 4096);
    one.send(large);
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (!served.metrics_say("polyglance_http_connections 0")) {
        ASSERT_LT(std::chrono::steady_clock::now(), give_up);
    }
    EXPECT_EQ(test::get(served.port, "/v1/images").status, 200);
}

TEST(Overload, WithoutFreeDescriptorsCloudsAndHealthAreStillReached)
{
    Fleet fleet(3);
    ServedProgram served("header_timeout: 1m", "cache: {ttl: 100ms, min_refresh: 10ms, stale: 1h}\n" + fleet.yaml(),
                         {"/bin/sh", "-c", R"(ulimit -n 120; exec "$0" "$@")"});
    served.get_admin("/livez");
    {
        std::list<Peer> crowd;
        for (int i = 0; i < 200; ++i) {
            crowd.emplace_back(served.port).send("G");
        }
        EXPECT_EQ(test::get(served.admin, "/livez").status, 200);
        fleet.backend(0).close_idle(); // so that the next call needs a descriptor
        EXPECT_TRUE(fleet.backend(0).wait_for_requests(fleet.backend(0).requests().size() + 4));
        EXPECT_EQ(test::get(served.admin, "/metrics").status, 200);
    }
    EXPECT_EQ(served.get("/livez").status, 200);
    EXPECT_NE(served.process.output().find("max_connections_lowered"), std::string::npos);
}

TEST(Overload, ClientsThatLeaveCostNoCalls)
{
    Fleet fleet(3);
    test::Gate gate;
    fleet.backend(2).set_handler(
        [&](const test::FakeRequest&) { return FakeScript().wait(gate).send(test::FakeReply{.status = 500}.wire()); });
    const ServedProgram served("drain_delay: 0s", fleet.yaml());
    served.get_admin("/livez");
    for (int i = 0; i < 100; ++i) {
        Peer(served.port).send("GET /v1/images?wait_ms=20000 HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    ASSERT_TRUE(fleet.backend(2).wait_for_requests(1));
    gate.open();

    const auto answer = test::get(served.port, "/v1/images?wait_ms=20000");

    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.json()["images"].size(), 9u);
    EXPECT_EQ(fleet.backend(2).requests().size(), 1u);
}

} // namespace
} // namespace polyglance
