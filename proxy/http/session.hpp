#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <array>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/http/listener.hpp"

namespace polyglance {

/// One client connection: reads requests one after another, answers each, keeps its own deadline. The listener sweeps
/// the deadlines, so that no timer is armed per read. Buffers and strings are kept from one request to the next, and
/// the way of a ready answer has no coroutine of its own: nothing is allocated for it here.
class Session {
public:
    /// Serves until the client leaves, its time is over, or the task is cancelled. `tls` null = plain HTTP.
    static asio::awaitable<void> run(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls,
                                     Listener& listener);

    Session(asio::ip::tcp::socket& socket, Listener& listener);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Called by the sweep: ends whatever is running if its time is over.
    void expire_if_late(std::chrono::steady_clock::time_point now);
    /// Called when draining begins: an idle connection keeps only a short while.
    void hurry(std::chrono::steady_clock::time_point now);

private:
    enum class Phase : unsigned char { idle, head, handling, writing, closing };

    template <class Stream>
    asio::awaitable<void> serve(Stream& stream);
    template <class Stream>
    asio::awaitable<void> refuse(Stream& stream, Problem problem);
    template <class Stream>
    asio::awaitable<void> linger(Stream& stream);
    std::string_view received() const;
    asio::mutable_buffer room();
    void begin_request();
    std::array<asio::const_buffer, 2> prepare(const Response& response, std::string_view connection);
    void enter(Phase phase);
    void make_request_id();

    asio::ip::tcp::socket& socket_;
    Listener& listener_;
    std::list<Session*>::iterator place_;
    std::string peer_;
    boost::beast::flat_buffer buffer_; // received, not yet answered
    std::size_t searched_ = 0;         // see read_request_head
    Request request_;                  // the one being answered
    std::string head_;                 // of the answer being written
    Phase phase_ = Phase::idle;
    std::chrono::steady_clock::time_point deadline_;
    bool asked_before_ = false; // a request came on this connection
    bool late_ = false;
};

} // namespace polyglance
