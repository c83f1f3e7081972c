#pragma once

#include <chrono>
#include <optional>
#include <random>

#include "model/clock.hpp"
#include "model/source_state.hpp"

namespace polyglance {

/// When a failing source may be tried again: exponential back-off with jitter, `Retry-After`, and a circuit breaker
/// that names the state. Pure: time and randomness come from outside.
class RetrySchedule {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Options {
        std::chrono::milliseconds first_delay{1'000}; ///< doubled with every further failure
        std::chrono::milliseconds longest_delay{60'000};
        int failures_to_open = 5;   ///< failures in a row
        int successes_to_close = 2; ///< after it was open
    };

    RetrySchedule() : RetrySchedule(Options{}) {}
    explicit RetrySchedule(Options options) : options_(options) {}

    /// One drain failed. Each delay is drawn from [1/2, 1] of the full one, so that replicas spread out; it is never
    /// shorter than what `Retry-After` asked for.
    void failed(TimePoint now, std::optional<std::chrono::seconds> retry_after, std::mt19937_64& random);
    void succeeded();
    /// A try begins: an open circuit lets it through as its only probe.
    void begins();

    int failures() const { return failures_; }
    CircuitState circuit() const { return circuit_; }
    /// No try before this; the past when there is nothing to wait for.
    TimePoint not_before() const { return not_before_; }
    /// Not even a forced try before this: the backend itself asked for it.
    TimePoint asked_not_before() const { return asked_not_before_; }

private:
    Options options_;
    int failures_ = 0;
    int successes_ = 0;
    CircuitState circuit_ = CircuitState::closed;
    TimePoint not_before_{};
    TimePoint asked_not_before_{};
};

} // namespace polyglance
