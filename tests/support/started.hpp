#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace polyglance::test {

/// A coroutine started on a test's loop, and its result once it has one: for tests that look at it half-way.
/// Must outlive the loop's work.
template <class T>
class Started {
public:
    Started(boost::asio::io_context& loop, boost::asio::awaitable<T> task)
    {
        boost::asio::co_spawn(loop, keep(std::move(task), *this), [this](std::exception_ptr thrown) {
            thrown_ = std::move(thrown);
            done_ = true;
        });
    }
    Started(const Started&) = delete;
    Started& operator=(const Started&) = delete;

    bool done() const { return done_; }
    /// Throws what the coroutine threw; also when it is not done.
    T& get()
    {
        if (thrown_) {
            std::rethrow_exception(thrown_);
        }
        if (!done_) {
            throw std::logic_error("the coroutine is still waiting");
        }
        return *value_;
    }

private:
    static boost::asio::awaitable<void> keep(boost::asio::awaitable<T> task, Started& self)
    {
        self.value_ = co_await std::move(task);
    }

    std::optional<T> value_;
    std::exception_ptr thrown_;
    bool done_ = false;
};

/// Runs `loop` until nothing is left that can go on without outside help.
inline void run_until_idle(boost::asio::io_context& loop)
{
    loop.restart();
    while (loop.poll() > 0) {
    }
}

} // namespace polyglance::test
