#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <utility>

#include "model/clock.hpp"
#include "model/error.hpp"

namespace polyglance {

/// Lets at most `permits` coroutines of one loop pass at a time; the others follow in the order they came.
class FairSemaphore {
    struct State;
    struct Waiter;

public:
    /// The right to pass. Its end hands the right to the next in line. May outlive the semaphore.
    class Permit {
    public:
        Permit(Permit&&) noexcept = default;
        Permit& operator=(Permit other) noexcept
        {
            std::swap(state_, other.state_);
            return *this;
        }
        ~Permit();

    private:
        friend class FairSemaphore;
        explicit Permit(std::shared_ptr<State> state) : state_(std::move(state)) {}
        std::shared_ptr<State> state_;
    };

    /// `clock` tells how far away a deadline is; it outlives every `acquire`.
    FairSemaphore(std::size_t permits, const Clock& clock);
    ~FairSemaphore();

    /// A free permit is given at once, whatever the deadline.
    /// Errors: timeout when none came free before it.
    boost::asio::awaitable<Result<Permit>> acquire(Deadline deadline);

    std::size_t waiting() const;

private:
    std::shared_ptr<State> state_;
    const Clock& clock_;
};

} // namespace polyglance
