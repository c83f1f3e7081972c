#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace polyglance {

namespace asio = boost::asio;

/// One event loop on one thread of its own.
class Loop {
public:
    /// `on_exception` hears of exceptions that escape a handler; the loop goes on. Called on the loop's thread.
    /// A loop that is not `urgent` leaves the processor to the urgent ones when both have work.
    enum class Pace : unsigned char { urgent, patient };
    explicit Loop(std::function<void(std::string_view)> on_exception, Pace pace = Pace::urgent);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    asio::io_context& context() { return context_; }
    void start();
    /// Lets the loop end when nothing is left to do, and waits for it. What runs on it must have been cancelled before.
    void finish();

private:
    void run();

    std::function<void(std::string_view)> on_exception_;
    Pace pace_;
    asio::io_context context_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard_{context_.get_executor()};
    std::thread thread_;
};

} // namespace polyglance
