#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace polyglance::test {

/// How a test waits for anything: long enough for a sanitizer build on a busy machine.
constexpr std::chrono::seconds patience{60};

namespace detail {

/// Shared between the runner and the coroutine, which outlives the runner when it never ends.
template <class T>
struct Outcome {
    std::optional<T> value;
    std::exception_ptr thrown;
    bool done = false;
};

template <class T>
boost::asio::awaitable<void> keep(boost::asio::awaitable<T> task, std::shared_ptr<Outcome<T>> outcome)
{
    outcome->value = co_await std::move(task);
}

template <class T>
void run_into(boost::asio::io_context& io, boost::asio::awaitable<void> task, std::shared_ptr<Outcome<T>> outcome)
{
    boost::asio::co_spawn(io, std::move(task), [outcome](std::exception_ptr thrown) {
        outcome->thrown = std::move(thrown);
        outcome->done = true;
    });
    io.restart();
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (!outcome->done && io.run_one_until(limit) != 0) {
    }
    if (!outcome->done) {
        throw std::runtime_error("the coroutine did not end in time");
    }
    if (outcome->thrown) {
        std::rethrow_exception(outcome->thrown);
    }
}

} // namespace detail

/// Runs `task` to its end on `io`, in the calling thread, and gives its result or throws what it threw.
/// Other work queued on `io` runs beside it, and stays queued afterwards. Throws when it takes more than `patience`.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> task)
{
    auto outcome = std::make_shared<detail::Outcome<T>>();
    detail::run_into(io, detail::keep(std::move(task), outcome), outcome);
    return std::move(*outcome->value);
}

inline void run(boost::asio::io_context& io, boost::asio::awaitable<void> task)
{
    auto outcome = std::make_shared<detail::Outcome<bool>>();
    detail::run_into(io, std::move(task), outcome);
}

} // namespace polyglance::test
