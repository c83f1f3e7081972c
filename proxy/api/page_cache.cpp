#include "proxy/api/page_cache.hpp"

#include <functional>

namespace polyglance {
namespace {

constexpr std::size_t entry_overhead = 256; // list and map nodes, control blocks

std::size_t size_of(const std::string& key, const ReadyPage& page)
{
    return key.capacity() + page.memory_bytes() + entry_overhead;
}

} // namespace

std::size_t ReadyPage::memory_bytes() const
{
    return head->capacity() + not_modified_head->capacity() + etag.capacity() + body->memory_bytes();
}

PageCache::PageCache(std::size_t max_bytes) : max_shard_bytes_(max_bytes / shard_count) {}

PageCache::Shard& PageCache::shard_of(std::string_view key)
{
    return shards_[std::hash<std::string_view>{}(key) % shards_.size()];
}

void PageCache::measure(Shard& shard, Entry& entry)
{
    shard.bytes -= entry.bytes;
    entry.bytes = size_of(entry.key, *entry.page);
    shard.bytes += entry.bytes;
}

void PageCache::shrink(Shard& shard)
{
    while (shard.bytes > max_shard_bytes_ && !shard.entries.empty()) {
        shard.bytes -= shard.entries.back().bytes;
        shard.by_key.erase(shard.entries.back().key);
        shard.entries.pop_back();
    }
}

std::shared_ptr<const ReadyPage> PageCache::find(std::string_view key)
{
    auto& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.by_key.find(key);
    if (found == shard.by_key.end()) {
        return nullptr;
    }
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
    auto page = found->second->page;
    // Compressed forms are made after the page was put in: it may have grown since.
    measure(shard, *found->second);
    shrink(shard);
    return page;
}

void PageCache::insert(std::string key, std::shared_ptr<const ReadyPage> page)
{
    auto& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    // It is there when another thread made the same page at the same time.
    if (shard.by_key.contains(key) || size_of(key, *page) > max_shard_bytes_) {
        return;
    }
    shard.entries.push_front({std::move(key), std::move(page), 0});
    shard.by_key.emplace(shard.entries.front().key, shard.entries.begin());
    measure(shard, shard.entries.front());
    shrink(shard);
}

void PageCache::clear()
{
    for (auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        shard.by_key.clear();
        shard.entries.clear();
        shard.bytes = 0;
    }
}

std::size_t PageCache::memory_bytes() const
{
    std::size_t out = 0;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        out += shard.bytes;
    }
    return out;
}

std::size_t PageCache::size() const
{
    std::size_t out = 0;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        out += shard.entries.size();
    }
    return out;
}

} // namespace polyglance
