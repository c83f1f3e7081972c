#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "cache/snapshot.hpp"
#include "cache/store.hpp"

namespace polyglance {

/// The images of one source that were deleted through us or another replica, while its backend may still list them.
/// Each lasts for `lifetime`. Lives on the backstage loop.
class Tombstones {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds lifetime{300};

    void add(std::string native_id, TimePoint now);
    /// Takes over those that the store has. Those known already stay as they are: the store goes on naming them to us.
    void add_shared(std::span<const Tombstone> shared, Instant now, TimePoint steady_now);
    /// `drained` without the images that are gone; the same object when it has none of them. An image that a `whole`
    /// list does not name any more is settled: when it comes again after that, it is a new one, and shown.
    std::shared_ptr<const Snapshot> hide(std::shared_ptr<const Snapshot> drained, bool whole, TimePoint now);

private:
    struct Deleted {
        TimePoint until;
        bool settled = false;
    };
    std::unordered_map<std::string, Deleted> deleted_;
};

} // namespace polyglance
