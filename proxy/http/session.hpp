#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <memory>
#include <string>

#include "proxy/http/listener.hpp"

namespace polyglance {

/// One client connection: reads requests one after another, answers each, keeps its own deadline. The listener sweeps
/// the deadlines, so that no timer is armed per read.
class Session {
public:
    Session(asio::ip::tcp::socket socket, Listener& listener);
    ~Session();

    /// Serves until the client leaves, its time is over, or the task is cancelled.
    static asio::awaitable<void> run(std::unique_ptr<Session> session);

    /// Called by the sweep: ends whatever is running if its time is over.
    void expire_if_late(std::chrono::steady_clock::time_point now);
    /// Called when draining begins: an idle connection keeps only a short while.
    void hurry(std::chrono::steady_clock::time_point now);

private:
    enum class Phase : unsigned char { idle, head, handling, writing, closing };

    asio::awaitable<bool> step();
    asio::awaitable<bool> fill();
    asio::awaitable<bool> serve(HeadResult head);
    asio::awaitable<bool> refuse(const Problem& problem);
    asio::awaitable<bool> send(const Request& request, const Response& response, bool keep_alive);
    asio::awaitable<void> linger();
    void enter(Phase phase);
    std::string new_request_id() const;

    asio::ip::tcp::socket socket_;
    Listener& listener_;
    std::list<Session*>::iterator place_;
    std::string peer_;
    std::string received_;     // bytes not yet consumed
    std::size_t searched_ = 0; // see read_request_head
    std::string head_;         // of the answer being written
    Phase phase_ = Phase::idle;
    std::chrono::steady_clock::time_point deadline_;
    bool late_ = false;
};

} // namespace polyglance
