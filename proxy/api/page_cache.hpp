#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "proxy/http/message.hpp"

namespace polyglance {

/// A page of a list, ready to send any number of times. What changes by the second (Age, Cache-Control, Cache-Status)
/// is added to each answer.
struct ReadyPage {
    std::shared_ptr<const std::string> head;              ///< lines of the 200
    std::shared_ptr<const std::string> not_modified_head; ///< lines of the 304
    std::string etag;
    std::shared_ptr<const Body> body;

    std::size_t memory_bytes() const;
};

/// Keeps the pages asked for last, within a bound of bytes. The key says everything a page depends on, so nothing in it
/// ever needs to be taken back: what is out of date is no longer asked for and leaves at the cold end. Any thread.
class PageCache {
public:
    explicit PageCache(std::size_t max_bytes);

    std::shared_ptr<const ReadyPage> find(std::string_view key);
    /// A page larger than a shard is not kept.
    void insert(std::string key, std::shared_ptr<const ReadyPage> page);
    /// Forgets all pages.
    void clear();
    std::size_t memory_bytes() const;
    std::size_t size() const;

private:
    struct Entry {
        std::string key;
        std::shared_ptr<const ReadyPage> page;
        std::size_t bytes;
    };
    // Front threads rarely meet in the same shard.
    struct Shard {
        mutable std::mutex mutex;
        std::list<Entry> entries;                                                ///< last used first
        std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key; ///< views into `entries`
        std::size_t bytes = 0;
    };
    Shard& shard_of(std::string_view key);
    static void measure(Shard& shard, Entry& entry);
    void shrink(Shard& shard);

    static constexpr std::size_t shard_count = 8;
    std::size_t max_shard_bytes_;
    std::array<Shard, shard_count> shards_;
};

} // namespace polyglance
