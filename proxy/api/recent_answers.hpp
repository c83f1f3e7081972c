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

#include "proxy/api/page_cache.hpp"

namespace polyglance {

/// The answers to the queries of the last moments, by their bytes: a query that comes again is answered without being
/// read again. An answer is good for one second at most, so the states, ages and wake-ups that it leaves out lag no
/// more than that. Pages stay the property of the page cache: one that was dropped there is forgotten here too.
/// Any thread.
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
    void insert(std::string_view query, const Basis& basis, TimePoint good_until, const Answer& answer);
    std::optional<Answer> find(std::string_view query, const Basis& basis, TimePoint now);

    static constexpr std::chrono::seconds longest{1};

private:
    struct Entry {
        Basis basis;
        TimePoint good_until;
        std::weak_ptr<const ReadyPage> page;
        std::shared_ptr<const std::string> timing_head;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries;
    };
    static constexpr std::size_t shard_count = 16;
    static constexpr std::size_t max_shard_entries = 128;

    Shard& shard_of(std::string_view query) { return shards_[Hash{}(query) % shard_count]; }

    std::array<Shard, shard_count> shards_;
};

} // namespace polyglance
