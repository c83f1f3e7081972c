#pragma once

#include <cstdint>

namespace polyglance {

/// Keeps retries at one for every five first tries, so that a failing backend is asked at most a fifth more often than
/// a healthy one. A bucket: every first try puts a fifth of a retry in, every retry takes a whole one out. It starts
/// empty.
class RetryBudget {
public:
    /// `most_saved`: retries that may be saved up while all is well.
    explicit RetryBudget(std::uint32_t most_saved = 3) : most_fifths_(most_saved * fifths_per_retry) {}

    void count_first_try();
    /// Takes one retry out; false when there is none left.
    bool take_retry();

private:
    static constexpr std::uint32_t fifths_per_retry = 5;

    std::uint32_t most_fifths_;
    std::uint32_t fifths_ = 0;
};

} // namespace polyglance
