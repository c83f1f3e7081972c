#include "proxy/http/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include "proxy/http/session.hpp"

namespace polyglance {
namespace {

using asio::ip::tcp;
constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds sweep_interval{250};
constexpr std::chrono::milliseconds pause_when_out_of_files{100};
constexpr int most_turned_away_at_once = 64;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// Written before there is a session, so ready-made.
constexpr std::string_view overloaded =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
    "Content-Length: 85\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
    R"({"type":"/problems/overloaded","title":"Overloaded","status":503,"code":"overloaded"})";

/// This process, or the system, has no more files or memory.
bool is_shortage(const boost::system::error_code& error)
{
    return error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
           error == asio::error::no_memory || error == boost::system::errc::too_many_files_open_in_system;
}

/// Throws with the address, and without the line of Boost's sources that an error remembers.
void listen_on(tcp::acceptor& acceptor, const ListenAddress& address, bool share)
{
    try {
        const tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
        acceptor.open(endpoint.protocol());
        acceptor.set_option(asio::socket_base::reuse_address(true));
        if (share) {
            acceptor.set_option(ReusePort(true));
        }
        acceptor.bind(endpoint);
        acceptor.listen(asio::socket_base::max_listen_connections);
    } catch (const boost::system::system_error& error) {
        const boost::system::error_code code(error.code().value(), error.code().category());
        throw boost::system::system_error(code, address.host + ':' + std::to_string(address.port));
    }
}

} // namespace

void check_address_is_free(const ListenAddress& address)
{
    if (address.port == 0) {
        return;
    }
    asio::io_context loop;
    tcp::acceptor probe(loop);
    listen_on(probe, address, false);
}

Listener::Listener(asio::io_context& loop, const ListenAddress& address, ListenerOptions options,
                   RequestHandler handler, const Clock& clock, std::atomic<std::size_t>& connections)
    : acceptor_(loop), accept_pause_(loop), sweep_(loop), options_(options), handler_(std::move(handler)),
      clock_(clock), total_(connections),
      tasks_(loop.get_executor(), [](const std::exception_ptr&) {}) // handlers never throw
{
    listen_on(acceptor_, address, true);
    port_ = acceptor_.local_endpoint().port();
}

Listener::~Listener() = default;

void Listener::start()
{
    tasks_.spawn(accept_loop());
    tasks_.spawn(sweep_loop());
}

/// Tells that client, and those who wait behind it: one by one, each would wait for a turn of a busy loop. In plain
/// calls of the system, since a crowd that is turned away must not cost those who are in.
void Listener::turn_away(tcp::socket socket)
{
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(overloaded), ignored);
    for (int left = most_turned_away_at_once; left > 0 && full(); --left) {
        const int next = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (next < 0) {
            return;
        }
        const auto sent = ::send(next, overloaded.data(), overloaded.size(), MSG_NOSIGNAL);
        static_cast<void>(sent);
        ::close(next);
    }
}

asio::awaitable<void> Listener::accept_loop()
{
    acceptor_.non_blocking(true);
    while (acceptor_.is_open()) {
        auto [error, socket] = co_await acceptor_.async_accept(token);
        if (is_shortage(error)) {
            // Accepting again at once would only spin: wait until something was closed.
            accept_pause_.expires_after(pause_when_out_of_files);
            co_await accept_pause_.async_wait(token);
            continue;
        }
        if (error) {
            continue;
        }
        if (full()) {
            turn_away(std::move(socket));
        } else {
            tasks_.spawn(
                Session::run(std::move(socket), options_.tls != nullptr ? options_.tls->context() : nullptr, *this));
        }
    }
}

asio::awaitable<void> Listener::sweep_loop()
{
    for (;;) {
        sweep_.expires_after(sweep_interval);
        co_await sweep_.async_wait(token);
        const auto now = clock_.steady_now();
        for (auto* const session : sessions_) {
            session->expire_if_late(now);
        }
    }
}

void Listener::drain()
{
    draining_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    const auto now = clock_.steady_now();
    for (auto* const session : sessions_) {
        session->hurry(now);
    }
}

asio::awaitable<void> Listener::stop()
{
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    tasks_.cancel();
    co_await tasks_.join();
}

} // namespace polyglance
