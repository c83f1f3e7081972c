#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <functional>
#include <list>
#include <string>

#include "model/clock.hpp"

namespace polyglance {

namespace asio = boost::asio;

/// What an exception says, for the log.
std::string describe_exception(const std::exception_ptr& error);

/// Owns coroutines on one event loop, so that nothing runs without an owner: they can be cancelled and waited for.
/// All functions run on that loop.
class TaskGroup {
public:
    /// `on_failure` hears of exceptions that escape a task (bugs); cancellation is not one.
    TaskGroup(asio::any_io_executor executor, std::function<void(std::exception_ptr)> on_failure);
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    void spawn(asio::awaitable<void> task);
    /// Asks every running task to end: its present wait ends at once.
    void cancel();
    /// Waits until no task runs any more.
    asio::awaitable<void> join();
    bool idle() const { return signals_.empty(); }

private:
    asio::any_io_executor executor_;
    std::function<void(std::exception_ptr)> on_failure_;
    std::list<asio::cancellation_signal> signals_;
    asio::steady_timer all_done_;
};

} // namespace polyglance
