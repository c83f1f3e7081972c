#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "config/config.hpp"
#include "model/clock.hpp"
#include "proxy/http/message.hpp"
#include "proxy/http/request_head.hpp"
#include "proxy/http/server_tls.hpp"
#include "proxy/task_group.hpp"

namespace polyglance {

namespace asio = boost::asio;

class Session;

/// Answers requests; never throws. The request outlives the answer.
struct RequestHandler {
    std::function<std::optional<Response>(Request&)> at_hand = {}; ///< tried first: without waiting; may be empty
    std::function<asio::awaitable<Response>(Request&)> handle;
};

struct ListenerOptions {
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::size_t max_connections = 10'000; ///< over all listeners that share `connections`; more are turned away
    HeadLimits head;
    const ServerTls* tls = nullptr; ///< null = plain HTTP; outlives the listener
};

/// Accepts connections on one address for one event loop. All its functions run on that loop, except `port`.
/// Several loops may listen on one address (SO_REUSEPORT): the kernel spreads the connections.
class Listener {
public:
    /// Throws boost::system::system_error when the address cannot be listened on.
    /// `connections` counts open connections over all listeners; it and `clock` outlive the listener.
    Listener(asio::io_context& loop, const ListenAddress& address, ListenerOptions options, RequestHandler handler,
             const Clock& clock, std::atomic<std::size_t>& connections);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::uint16_t port() const { return port_; }
    void start();
    /// Stops accepting. Requests in flight are answered, with `Connection: close`; idle connections get a short while
    /// to send a last request.
    void drain();
    /// Cuts every connection, whatever it is doing, and waits until all are gone.
    asio::awaitable<void> stop();

private:
    friend class Session;

    bool full() const { return total_.load(std::memory_order_relaxed) >= options_.max_connections; }
    void turn_away(asio::ip::tcp::socket socket);
    asio::awaitable<void> accept_loop();
    asio::awaitable<void> sweep_loop();

    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer accept_pause_;
    asio::steady_timer sweep_;
    ListenerOptions options_;
    RequestHandler handler_;
    const Clock& clock_;
    std::atomic<std::size_t>& total_;
    std::list<Session*> sessions_;
    std::uint16_t port_ = 0;
    bool draining_ = false;
    TaskGroup tasks_;
};

/// Throws boost::system::system_error, naming the address, when somebody already listens on `address`. SO_REUSEPORT
/// alone would let a second instance start unnoticed and take half of the traffic.
void check_address_is_free(const ListenAddress& address);

} // namespace polyglance
