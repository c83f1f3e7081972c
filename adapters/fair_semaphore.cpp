#include "adapters/fair_semaphore.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <list>
#include <optional>

namespace polyglance {

namespace asio = boost::asio;

struct FairSemaphore::State {
    std::size_t free;
    std::list<Waiter*> line;
};

/// A place in the line. It lives in the frame of the coroutine that waits, so whatever ends the wait (a permit, the
/// deadline, a cancelled or destroyed coroutine) also clears the place, and a permit nobody took goes on to the next.
struct FairSemaphore::Waiter {
    Waiter(std::shared_ptr<State> its_state, const asio::any_io_executor& executor)
        : state(std::move(its_state)), timer(executor)
    {
        state->line.push_back(this);
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() { state->line.remove(this); }

    std::shared_ptr<State> state;
    asio::steady_timer timer;
    std::optional<Permit> permit;
};

FairSemaphore::Permit::~Permit()
{
    if (!state_) {
        return;
    }
    if (state_->line.empty()) {
        ++state_->free;
        return;
    }
    Waiter* next = state_->line.front();
    state_->line.pop_front();
    next->permit = Permit(state_);
    next->timer.cancel();
}

FairSemaphore::FairSemaphore(std::size_t permits, const Clock& clock)
    : state_(std::make_shared<State>(State{permits, {}})), clock_(clock)
{
}

FairSemaphore::~FairSemaphore() = default;

asio::awaitable<Result<FairSemaphore::Permit>> FairSemaphore::acquire(Deadline deadline)
{
    if (state_->free > 0) {
        --state_->free;
        co_return Permit(state_);
    }
    const auto executor = co_await asio::this_coro::executor;
    Waiter waiter(state_, executor);
    waiter.timer.expires_after(deadline - clock_.steady_now());
    boost::system::error_code woken;
    co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (!waiter.permit) {
        co_return failure(ErrorClass::timeout, "the deadline passed while waiting for a call slot");
    }
    co_return std::move(*waiter.permit);
}

std::size_t FairSemaphore::waiting() const
{
    return state_->line.size();
}

} // namespace polyglance
