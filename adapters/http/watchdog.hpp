#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

#include "adapters/http/connection.hpp"

namespace polyglance {

/// Closes the connection it guards when the time of an exchange is over: one timer for all of its reads and writes.
/// The owner unguards a connection before letting go of it.
class Watchdog {
public:
    Watchdog(const asio::any_io_executor& executor, std::chrono::steady_clock::duration left);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// Closes `connection` at once when the time is already over.
    void guard(Connection& connection);
    void unguard() { state_->guarded = nullptr; }
    bool expired() const { return state_->expired; }

private:
    /// Outlives the watchdog when the timer has already fired and its handler waits for its turn.
    struct State {
        Connection* guarded = nullptr;
        bool expired = false;
    };

    std::shared_ptr<State> state_ = std::make_shared<State>();
    asio::steady_timer timer_;
};

} // namespace polyglance
