#include "proxy/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace polyglance {
namespace {

bool is_cancellation(const std::exception_ptr& error)
{
    try {
        std::rethrow_exception(error);
    } catch (const boost::system::system_error& e) {
        return e.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

} // namespace

std::string describe_exception(const std::exception_ptr& error)
{
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "unknown exception";
    }
}

TaskGroup::TaskGroup(asio::any_io_executor executor, std::function<void(std::exception_ptr)> on_failure)
    : executor_(executor), on_failure_(std::move(on_failure)),
      all_done_(executor, std::chrono::steady_clock::time_point::max())
{
}

void TaskGroup::spawn(asio::awaitable<void> task)
{
    const auto signal = signals_.emplace(signals_.end());
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(signal->slot(), [this, signal](const std::exception_ptr& error) {
                       if (error && !is_cancellation(error)) {
                           on_failure_(error);
                       }
                       signals_.erase(signal);
                       if (signals_.empty()) {
                           all_done_.cancel();
                       }
                   }));
}

void TaskGroup::cancel()
{
    // Emitting can end a task at once, which takes its signal off the list.
    for (auto signal = signals_.begin(); signal != signals_.end();) {
        const auto present = signal++;
        present->emit(asio::cancellation_type::terminal);
    }
}

asio::awaitable<void> TaskGroup::join()
{
    while (!signals_.empty()) {
        co_await all_done_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

} // namespace polyglance
