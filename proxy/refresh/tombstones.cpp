#include "proxy/refresh/tombstones.hpp"

#include <utility>
#include <vector>

namespace polyglance {

void Tombstones::add(std::string native_id, TimePoint now)
{
    deleted_[std::move(native_id)] = {.until = now + lifetime};
}

void Tombstones::add_shared(std::span<const Tombstone> shared, Instant now, TimePoint steady_now)
{
    for (const auto& tombstone : shared) {
        if (tombstone.until > now) {
            deleted_.try_emplace(tombstone.native_id, Deleted{.until = steady_now + (tombstone.until - now)});
        }
    }
}

std::shared_ptr<const Snapshot> Tombstones::hide(std::shared_ptr<const Snapshot> drained, bool whole, TimePoint now)
{
    std::erase_if(deleted_, [now](const auto& entry) { return now >= entry.second.until; });
    std::vector<std::string> hidden;
    for (auto& [native_id, deleted] : deleted_) {
        const bool listed = drained->find(native_id).has_value();
        deleted.settled = deleted.settled || (whole && !listed);
        if (listed && !deleted.settled) {
            hidden.push_back(native_id);
        }
    }
    return drained->without(hidden);
}

} // namespace polyglance
