#pragma once

#include <atomic>
#include <chrono>

#include "model/clock.hpp"

namespace polyglance::test {

/// A clock that stands still until it is moved. Any thread may read it.
class ManualClock final : public Clock {
public:
    Instant now() const override
    {
        return start_ + std::chrono::duration_cast<std::chrono::microseconds>(offset() +
                                                                              std::chrono::nanoseconds{jumped_.load()});
    }
    std::chrono::steady_clock::time_point steady_now() const override { return steady_start_ + offset(); }
    void advance(std::chrono::nanoseconds by) { offset_ += by.count(); }
    /// Somebody sets the calendar; no time passes.
    void set_calendar(std::chrono::nanoseconds by) { jumped_ += by.count(); }

private:
    std::chrono::nanoseconds offset() const { return std::chrono::nanoseconds{offset_.load()}; }

    Instant start_ = *parse_timestamp("2026-01-02T03:04:05Z");
    std::chrono::steady_clock::time_point steady_start_{std::chrono::hours{24}};
    std::atomic<std::int64_t> offset_{0};
    std::atomic<std::int64_t> jumped_{0};
};

} // namespace polyglance::test
