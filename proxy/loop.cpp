#include "proxy/loop.hpp"

#include <exception>

namespace polyglance {

Loop::Loop(std::function<void(std::string_view)> on_exception) : on_exception_(std::move(on_exception)) {}

Loop::~Loop()
{
    context_.stop();
    finish();
}

void Loop::start()
{
    thread_ = std::thread([this] { run(); });
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
