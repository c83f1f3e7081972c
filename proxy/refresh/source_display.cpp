#include "proxy/refresh/source_display.hpp"

#include <utility>

namespace polyglance {

std::shared_ptr<const Snapshot> SourceDisplay::snapshot() const
{
    const auto catalog = hub_.current();
    const auto* const source = catalog->find(source_);
    return source != nullptr ? source->snapshot : nullptr;
}

void SourceDisplay::show(std::shared_ptr<const Snapshot> snapshot, const DrainResult& result, CircuitState circuit)
{
    snapshot->order(SortSpec{}); // made here, so that the first reader does not pay for the usual order
    const auto now = clock_.now();
    hub_.update(source_, [&](CatalogSource& source) {
        source.snapshot = std::move(snapshot);
        // What could not be read in the last whole drain is still not there.
        const auto rejected = result.incremental ? source.status.rows_rejected : result.rejected;
        source.status = {};
        source.status.fetched_at = now;
        source.status.expires_at = now + ttl_;
        source.status.rows_rejected = rejected;
        source.status.circuit = circuit;
    });
}

bool SourceDisplay::wants(const StoredSnapshot& stored, std::chrono::milliseconds stale) const
{
    const auto catalog = hub_.current();
    const auto* const source = catalog->find(source_);
    return source != nullptr && clock_.now() < stored.expires_at + stale &&
           (!source->status.fetched_at || *source->status.fetched_at < stored.fetched_at);
}

void SourceDisplay::show_stored(std::shared_ptr<const Snapshot> snapshot, const StoredSnapshot& stored,
                                CircuitState circuit)
{
    snapshot->order(SortSpec{});
    hub_.update(source_, [&](CatalogSource& source) {
        source.snapshot = std::move(snapshot);
        source.status = {};
        source.status.fetched_at = stored.fetched_at;
        source.status.expires_at = stored.expires_at;
        source.status.rows_rejected = stored.rows_rejected;
        source.status.circuit = circuit;
        source.status.from_store = true;
    });
}

void SourceDisplay::replace(std::shared_ptr<const Snapshot> snapshot)
{
    hub_.update(source_, [&](CatalogSource& source) { source.snapshot = std::move(snapshot); });
}

void SourceDisplay::show_fault(SourceFault fault, CircuitState circuit, std::shared_ptr<const Snapshot> part)
{
    hub_.update(source_, [&](CatalogSource& source) {
        if (part) {
            source.snapshot = std::move(part);
            source.status.fetched_at = source.status.expires_at = fault.at;
            source.status.cut_short = true;
        }
        source.status.fault = std::move(fault);
        source.status.circuit = circuit;
    });
}

void SourceDisplay::withdraw()
{
    hub_.update(source_, [](CatalogSource& source) {
        source.snapshot = nullptr;
        source.status = {};
    });
    hub_.forget_past();
}

void SourceDisplay::drop_if_too_old(std::chrono::milliseconds stale)
{
    const auto catalog = hub_.current();
    const auto* const source = catalog->find(source_);
    if (source != nullptr && source->snapshot && source->status.expires_at &&
        clock_.now() >= *source->status.expires_at + stale) {
        replace(nullptr);
    }
}

std::optional<StoredSnapshot> SourceDisplay::to_store() const
{
    const auto catalog = hub_.current();
    const auto* const source = catalog->find(source_);
    if (source == nullptr || !source->snapshot || source->status.cut_short || !source->status.fetched_at) {
        return std::nullopt;
    }
    return StoredSnapshot{.snapshot = source->snapshot,
                          .fetched_at = *source->status.fetched_at,
                          .expires_at = *source->status.expires_at,
                          .rows_rejected = source->status.rows_rejected};
}

} // namespace polyglance
