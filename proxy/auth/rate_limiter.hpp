#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace polyglance {

/// Token buckets by key. A key that has not been heard of has a full bucket. Any thread.
class RateLimiter {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// `per_second` are added to each bucket, which holds `burst` at most. At most `max_keys` buckets are kept: when
    /// that many have been used of late, all are forgotten, which is kind to callers and bounds memory.
    RateLimiter(double per_second, double burst, std::size_t max_keys = 65'536);

    /// What became of taking one.
    struct Taken {
        std::optional<std::chrono::seconds> wait; ///< empty: there was one; else how long until there is
        std::size_t left = 0;                     ///< how many are there still
        std::chrono::seconds full_in{0};          ///< until the bucket is full if nobody takes more
    };
    Taken take(std::string_view key, TimePoint now);
    /// How long until there is one, taking nothing; empty when there is.
    std::optional<std::chrono::seconds> peek(std::string_view key, TimePoint now) const;

private:
    struct Bucket {
        double level;
        TimePoint at;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    double level(const Bucket& bucket, TimePoint now) const;
    std::optional<std::chrono::seconds> wait_for_one(double level) const;
    void make_room(TimePoint now);

    double per_second_;
    double burst_;
    std::size_t max_keys_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Bucket, Hash, std::equal_to<>> buckets_;
};

} // namespace polyglance
