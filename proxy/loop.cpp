#include "proxy/loop.hpp"

#include <exception>
#include <sys/resource.h>

namespace polyglance {
namespace {

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
        run();
    });
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
    guard_.reset();
    if (thread_.joinable()) {
        thread_.join();
    }
}

} // namespace polyglance
