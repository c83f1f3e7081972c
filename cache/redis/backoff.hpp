#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace polyglance {

/// How long to wait between two tries to connect: doubled each time, then cut to somewhere in its upper half so that
/// replicas that lost Redis together do not come back together.
class Backoff {
public:
    /// `random` gives any 32 bits.
    explicit Backoff(std::function<std::uint32_t()> random);

    /// The wait before the next try, at most `cap`.
    std::chrono::milliseconds next(std::chrono::milliseconds cap);
    /// It works again: the next wait is the shortest one.
    void reset();

    static constexpr std::chrono::milliseconds first{100};

private:
    std::function<std::uint32_t()> random_;
    std::chrono::milliseconds wait_ = first;
};

} // namespace polyglance
