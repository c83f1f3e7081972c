#include "proxy/api/recent_answers.hpp"

namespace polyglance {

std::optional<RecentAnswers::Answer> RecentAnswers::find(std::string_view query, std::string_view visibility,
                                                         const Basis& basis, TimePoint now)
{
    const KeyView key{visibility, query};
    auto& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.entries.find(key);
    if (found == shard.entries.end() || found->second.basis != basis || now >= found->second.good_until) {
        return std::nullopt;
    }
    auto page = found->second.page.lock();
    return page ? std::optional(Answer{std::move(page), found->second.timing_head}) : std::nullopt;
}

void RecentAnswers::insert(std::string_view query, std::string_view visibility, const Basis& basis,
                           TimePoint good_until, const Answer& answer)
{
    const KeyView key{visibility, query};
    auto& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    if (shard.entries.size() >= max_shard_entries) {
        shard.entries.clear(); // all of them would be worthless within a second anyway
    }
    shard.entries.insert_or_assign(Key(key), Entry{basis, good_until, answer.page, answer.timing_head});
}

} // namespace polyglance
