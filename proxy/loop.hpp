#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
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
    /// When the loop last came round to this; it does several times a second unless something holds it up. Before that:
    /// when it was made. Any thread.
    std::chrono::steady_clock::time_point last_beat() const;

private:
    void run();
    void beat();

    std::function<void(std::string_view)> on_exception_;
    Pace pace_;
    asio::io_context context_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard_{context_.get_executor()};
    asio::steady_timer next_beat_{context_};
    bool finishing_ = false; // the loop's own thread
    std::atomic<std::chrono::steady_clock::rep> last_beat_{std::chrono::steady_clock::now().time_since_epoch().count()};
    std::thread thread_;
};

} // namespace polyglance
