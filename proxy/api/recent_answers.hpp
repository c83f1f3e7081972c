#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "proxy/api/page_cache.hpp"

namespace polyglance {

/// The answers to the queries of the last moments, by their bytes and by what the caller can see: a query that comes
/// again is answered without being read again. An answer is good for one second at most, so the states, ages and
/// wake-ups that it leaves out lag no more than that. Pages stay the property of the page cache: one that was dropped
/// there is forgotten here too. Any thread.
class RecentAnswers {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// What an answer depends on besides the query and the time.
    struct Basis {
        std::uint64_t catalog = 0;  ///< CatalogHub::serial
        std::uint64_t settings = 0; ///< LiveSettings::serial
        bool operator==(const Basis&) const = default;
    };

    struct Answer {
        std::shared_ptr<const ReadyPage> page;
        std::shared_ptr<const std::string> timing_head; ///< header lines about age and freshness
    };

    /// `basis` and `good_until` are those of the moment in which making the answer began.
    void insert(std::string_view query, std::string_view visibility, const Basis& basis, TimePoint good_until,
                const Answer& answer);
    std::optional<Answer> find(std::string_view query, std::string_view visibility, const Basis& basis, TimePoint now);

    static constexpr std::chrono::seconds longest{1};

private:
    struct Entry {
        Basis basis;
        TimePoint good_until;
        std::weak_ptr<const ReadyPage> page;
        std::shared_ptr<const std::string> timing_head;
    };
    /// Visibility and query.
    using Key = std::pair<std::string, std::string>;
    using KeyView = std::pair<std::string_view, std::string_view>;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(const KeyView& key) const
        {
            const std::hash<std::string_view> hash;
            return hash(key.second) * 31 + hash(key.first);
        }
    };
    struct Equal {
        using is_transparent = void;
        bool operator()(const KeyView& a, const KeyView& b) const { return a == b; }
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<Key, Entry, Hash, Equal> entries;
    };
    static constexpr std::size_t shard_count = 16;
    static constexpr std::size_t max_shard_entries = 128;

    Shard& shard_of(const KeyView& key) { return shards_[Hash{}(key) % shard_count]; }

    std::array<Shard, shard_count> shards_;
};

} // namespace polyglance
