#include "proxy/auth/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace polyglance {

RateLimiter::RateLimiter(double per_second, double burst, std::size_t max_keys)
    : per_second_(per_second), burst_(burst), max_keys_(max_keys)
{
}

double RateLimiter::level(const Bucket& bucket, TimePoint now) const
{
    const double seconds = std::chrono::duration<double>(std::max(now - bucket.at, TimePoint::duration{0})).count();
    return std::min(burst_, bucket.level + seconds * per_second_);
}

std::optional<std::chrono::seconds> RateLimiter::wait_for_one(double level) const
{
    if (level >= 1) {
        return std::nullopt;
    }
    return std::max(std::chrono::seconds{1},
                    std::chrono::seconds{static_cast<std::int64_t>(std::ceil((1 - level) / per_second_))});
}

void RateLimiter::make_room(TimePoint now)
{
    if (buckets_.size() < max_keys_) {
        return;
    }
    std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second, now) >= burst_; });
    if (buckets_.size() >= max_keys_) {
        buckets_.clear();
    }
}

RateLimiter::Taken RateLimiter::take(std::string_view key, TimePoint now)
{
    const std::lock_guard lock(mutex_);
    auto found = buckets_.find(key);
    if (found == buckets_.end()) {
        make_room(now);
        found = buckets_.emplace(key, Bucket{burst_, now}).first;
    }
    auto& bucket = found->second;
    bucket = {level(bucket, now), std::max(bucket.at, now)};
    const auto wait = wait_for_one(bucket.level);
    bucket.level -= wait ? 0 : 1;
    return {.wait = wait,
            .left = static_cast<std::size_t>(bucket.level),
            .full_in =
                std::chrono::seconds{static_cast<std::int64_t>(std::ceil((burst_ - bucket.level) / per_second_))}};
}

std::optional<std::chrono::seconds> RateLimiter::peek(std::string_view key, TimePoint now) const
{
    const std::lock_guard lock(mutex_);
    const auto found = buckets_.find(key);
    return found == buckets_.end() ? std::nullopt : wait_for_one(level(found->second, now));
}

} // namespace polyglance
