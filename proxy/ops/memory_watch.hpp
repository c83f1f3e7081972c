#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "model/clock.hpp"
#include "proxy/http/admission.hpp"

namespace polyglance {

/// How near a process is to the memory it may use.
enum class MemoryPressure : std::uint8_t {
    none,
    high,   ///< from 85 % on: what can be made again is given up, and no listing is read any further
    severe, ///< from 95 % on: lists are refused
};

/// Compares the memory in use with a limit, so that a process gives things up before the system ends it.
class MemoryWatch {
public:
    /// `limit_bytes` 0 = no limit. `used_bytes` measures. `clock` outlives the watch.
    MemoryWatch(std::size_t limit_bytes, std::function<std::size_t()> used_bytes, const Clock& clock);

    /// Measures. One thread at a time, as for `is_short`.
    MemoryPressure look();
    /// There is pressure. For whoever fills memory, at every piece: measures when the last look is 5 ms old.
    bool is_short();
    /// What the last look saw. Any thread.
    MemoryPressure pressure() const { return pressure_.load(std::memory_order_relaxed); }

    std::size_t limit_bytes() const { return limit_; }
    std::size_t used_bytes() const { return used_(); }

private:
    std::size_t limit_;
    std::function<std::size_t()> used_;
    const Clock& clock_;
    std::chrono::steady_clock::time_point looked_{};
    std::atomic<MemoryPressure> pressure_{MemoryPressure::none};
};

/// Turns away whoever wants more than health and descriptions while memory is severely short; otherwise `next` decides.
class LoadShedder final : public Admission {
public:
    /// Both outlive it.
    LoadShedder(Admission& next, const MemoryWatch& memory) : next_(next), memory_(memory) {}
    /// Adds `overloaded` to the refusals of `next`.
    std::optional<Problem> admit(Request& request, Access access) override;

private:
    Admission& next_;
    const MemoryWatch& memory_;
};

} // namespace polyglance
