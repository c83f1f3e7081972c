#include "cache/catalog.hpp"

#include <algorithm>

#include "model/digest.hpp"

namespace polyglance {
namespace {

bool same_source(const SourceInfo& a, const SourceInfo& b)
{
    return a.id == b.id && a.provider == b.provider && a.region == b.region;
}

CatalogSource take_over(const Catalog& from, std::shared_ptr<const SourceInfo> info)
{
    CatalogSource out;
    const auto* before = from.find(info->id);
    if (before != nullptr && same_source(*before->info, *info)) {
        out = *before;
    }
    out.info = std::move(info);
    return out;
}

} // namespace

const CatalogSource* Catalog::find(std::string_view source_id) const
{
    const auto found = std::ranges::find_if(sources, [&](const auto& source) { return source.info->id == source_id; });
    return found == sources.end() ? nullptr : &*found;
}

std::string generation_of(const std::vector<CatalogSource>& sources)
{
    // A content hash covers the identity of its source, so the hashes alone say it all, in any order.
    std::vector<std::string_view> hashes;
    for (const auto& source : sources) {
        if (source.snapshot) {
            hashes.push_back(source.snapshot->content_hash());
        }
    }
    std::ranges::sort(hashes);
    Sha256Stream stream;
    std::ranges::for_each(hashes, [&](std::string_view hash) { stream.update(hash); });
    return "g-" + to_hex(as_bytes(stream.finish()).substr(0, 8));
}

CatalogHub::CatalogHub(const Clock& clock, std::chrono::milliseconds walk_grace, std::size_t max_generations)
    : clock_(clock), walk_grace_(walk_grace), max_generations_(max_generations)
{
    auto empty = std::make_shared<Catalog>();
    empty->generation = generation_of({});
    current_ = std::move(empty);
}

std::shared_ptr<const Catalog> CatalogHub::current() const
{
    const std::scoped_lock lock(mutex_);
    return current_;
}

std::shared_ptr<const Catalog> CatalogHub::at(std::string_view generation) const
{
    const std::scoped_lock lock(mutex_);
    if (current_->generation == generation) {
        return current_;
    }
    const auto oldest = clock_.steady_now() - walk_grace_;
    const auto found = std::ranges::find_if(retired_, [&](const Retired& retired) {
        return retired.catalog->generation == generation && retired.since > oldest;
    });
    return found == retired_.end() ? nullptr : found->catalog;
}

void CatalogHub::configure(std::vector<std::shared_ptr<const SourceInfo>> infos)
{
    {
        const std::scoped_lock lock(mutex_);
        auto next = std::make_shared<Catalog>();
        for (auto& info : infos) {
            next->sources.push_back(take_over(*current_, std::move(info)));
        }
        publish(std::move(next));
    }
    notify();
}

void CatalogHub::update(std::string_view source_id, const std::function<void(CatalogSource&)>& change)
{
    {
        const std::scoped_lock lock(mutex_);
        const auto* before = current_->find(source_id);
        if (before == nullptr) {
            return;
        }
        auto next = std::make_shared<Catalog>(*current_);
        auto& source = next->sources[static_cast<std::size_t>(before - current_->sources.data())];
        change(source);
        // The same content stays the same object, with the sort orders it has already made.
        if (source.snapshot && before->snapshot &&
            source.snapshot->content_hash() == before->snapshot->content_hash()) {
            source.snapshot = before->snapshot;
        }
        publish(std::move(next));
    }
    notify();
}

void CatalogHub::forget_past()
{
    const std::scoped_lock lock(mutex_);
    retired_.clear();
}

void CatalogHub::publish(std::shared_ptr<Catalog> next)
{
    next->generation = generation_of(next->sources);
    const auto now = clock_.steady_now();
    if (next->generation != current_->generation) {
        std::erase_if(retired_, [&](const Retired& each) { return each.catalog->generation == current_->generation; });
        retired_.push_back({.catalog = current_, .since = now});
    }
    while (!retired_.empty() && (retired_.size() > max_generations_ || retired_.front().since <= now - walk_grace_)) {
        retired_.pop_front();
    }
    current_ = std::move(next);
    serial_.fetch_add(1, std::memory_order_release);
}

std::size_t CatalogHub::subscribe(std::function<void()> listener)
{
    const std::scoped_lock lock(mutex_);
    listeners_.emplace_back(next_listener_, std::move(listener));
    return next_listener_++;
}

void CatalogHub::unsubscribe(std::size_t id)
{
    const std::scoped_lock lock(mutex_);
    std::erase_if(listeners_, [id](const auto& entry) { return entry.first == id; });
}

void CatalogHub::notify()
{
    // A listener may use the hub, so none is called under the lock.
    std::vector<std::pair<std::size_t, std::function<void()>>> listeners;
    {
        const std::scoped_lock lock(mutex_);
        listeners = listeners_;
    }
    for (const auto& [id, listener] : listeners) {
        listener();
    }
}

} // namespace polyglance
