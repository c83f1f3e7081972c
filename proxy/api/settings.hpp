#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "cache/cursor.hpp"
#include "config/config.hpp"

namespace polyglance {

/// What the operator can change about the API while it runs. Immutable: a reload puts a new one in place.
struct ApiSettings {
    std::size_t default_limit = 100;
    std::size_t max_limit = 1000;
    std::chrono::milliseconds wait{2'000};      ///< default of `wait_ms`
    std::chrono::milliseconds max_wait{30'000}; ///< most that `wait_ms` may ask for
    CursorCodec cursors;
};

/// Without a configured cursor key, one is derived from the scopes of the sources, so that replicas and restarts agree.
std::shared_ptr<const ApiSettings> make_api_settings(const Config& config);

/// The settings in force. Any thread; a request takes them once and keeps them to its end.
class LiveSettings {
public:
    explicit LiveSettings(std::shared_ptr<const ApiSettings> first) : now_(std::move(first)) {}

    std::shared_ptr<const ApiSettings> get() const
    {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    void set(std::shared_ptr<const ApiSettings> next)
    {
        const std::lock_guard lock(mutex_);
        now_ = std::move(next);
        serial_.fetch_add(1, std::memory_order_release);
    }
    /// Changes with every `set`. Read before `get`, it never names later settings than that gives.
    std::uint64_t serial() const { return serial_.load(std::memory_order_acquire); }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const ApiSettings> now_;
    std::atomic<std::uint64_t> serial_{0};
};

} // namespace polyglance
