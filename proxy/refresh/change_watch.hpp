#pragma once

#include <chrono>
#include <optional>

#include "adapters/drain.hpp"
#include "cache/snapshot.hpp"
#include "model/clock.hpp"

namespace polyglance {

/// Decides whether a refresh may ask its backend for changes only. The backend's own times are what counts, with a
/// margin for the clocks of its parts and for what was not yet committed when it answered. Any doubt means the whole
/// list: it is always right, and it alone shows what was deleted. Pure: time comes from outside.
class ChangeWatch {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// `full_every`: no longer than this between the starts of two whole drains; zero = whole ones only.
    explicit ChangeWatch(std::chrono::milliseconds full_every) : full_every_(full_every) {}

    /// What to ask for, on top of `served`, which must be the outcome of the drains told to `drained`. Empty: the whole
    /// list. Also where so much changed lately that asking for it gains little.
    std::optional<ChangeWindow> window(const Snapshot& served, TimePoint now) const;

    /// True when `result`, of an incremental drain, says less than it should: then the whole list is due at once, and
    /// for `full_every` from `now` on nothing else is asked for.
    bool doubts(const DrainResult& result, TimePoint now);

    /// When a drain began.
    struct Start {
        TimePoint steady;
        Instant calendar;
    };
    /// A drain succeeded and is served now.
    void drained(const DrainResult& result, Start began);
    /// What is served now came from somewhere else.
    void forget() { last_whole_.reset(); }

private:
    std::chrono::milliseconds full_every_;
    std::optional<TimePoint> last_whole_;
    std::optional<TimePoint> doubted_;
    Instant began_; ///< the last drain, whole or not, by the backend's clock where it tells, else by ours
    /// The backend's clock against ours, where it tells.
    std::optional<Instant::duration> clock_ahead_;
};

} // namespace polyglance
