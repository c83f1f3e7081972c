#include "proxy/loop.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <sys/resource.h>

namespace polyglance {
namespace {

constexpr auto beat_every = std::chrono::milliseconds{250};
constexpr int patient_nice = 15; // a thirtieth of the share of a thread with 0, while both want the same core

} // namespace

Loop::Loop(std::function<void(std::string_view)> on_exception, Pace pace)
    : on_exception_(std::move(on_exception)), pace_(pace)
{
}

Loop::~Loop()
{
    context_.stop();
    finish();
}

void Loop::start()
{
    thread_ = std::thread([this] {
        if (pace_ == Pace::patient) {
            // On Linux this is the calling thread's own. Where it is not allowed, all loops share alike.
            static_cast<void>(setpriority(PRIO_PROCESS, 0, patient_nice));
        }
        beat();
        run();
    });
}

void Loop::beat()
{
    last_beat_.store(std::chrono::steady_clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    if (finishing_) {
        return;
    }
    next_beat_.expires_after(beat_every);
    next_beat_.async_wait([this](const boost::system::error_code&) { beat(); });
}

std::chrono::steady_clock::time_point Loop::last_beat() const
{
    return std::chrono::steady_clock::time_point(
        std::chrono::steady_clock::duration(last_beat_.load(std::memory_order_relaxed)));
}

void Loop::run()
{
    // Beast 1.81 can throw past every handler on hostile input; one such request must not end the program.
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception& error) {
            on_exception_(error.what());
        } catch (...) {
            on_exception_("unknown exception");
        }
    }
}

void Loop::finish()
{
    asio::post(context_, [this] {
        finishing_ = true;
        next_beat_.cancel();
    });
    guard_.reset();
    if (thread_.joinable()) {
        thread_.join();
    }
}

} // namespace polyglance
