#include "proxy/refresh/retry_schedule.hpp"

#include <algorithm>

namespace polyglance {

void RetrySchedule::failed(TimePoint now, std::optional<std::chrono::seconds> retry_after, std::mt19937_64& random)
{
    ++failures_;
    successes_ = 0;
    if (circuit_ == CircuitState::half_open || failures_ >= options_.failures_to_open) {
        circuit_ = CircuitState::open;
    }
    const int doublings = std::min(failures_ - 1, 20);
    const auto full = std::min(options_.first_delay * (std::int64_t{1} << doublings), options_.longest_delay);
    std::uniform_int_distribution<std::chrono::milliseconds::rep> delay(full.count() / 2, full.count());
    not_before_ = now + std::chrono::milliseconds{delay(random)};
    if (retry_after) {
        asked_not_before_ = now + *retry_after;
        not_before_ = std::max(not_before_, asked_not_before_);
    }
}

void RetrySchedule::succeeded()
{
    failures_ = 0;
    not_before_ = asked_not_before_ = TimePoint{};
    if (circuit_ != CircuitState::closed && ++successes_ >= options_.successes_to_close) {
        circuit_ = CircuitState::closed;
        successes_ = 0;
    }
}

void RetrySchedule::begins()
{
    if (circuit_ == CircuitState::open) {
        circuit_ = CircuitState::half_open;
    }
}

} // namespace polyglance
