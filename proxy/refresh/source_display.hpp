#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "adapters/drain.hpp"
#include "cache/catalog.hpp"
#include "cache/store.hpp"
#include "model/clock.hpp"
#include "model/source_state.hpp"

namespace polyglance {

/// What the catalogue shows of one source. Of a source that the catalogue does not have (any more), nothing is shown
/// and everything said is ignored. Backstage.
class SourceDisplay {
public:
    /// `ttl`: how long a list is fresh. `hub` and `clock` outlive it.
    SourceDisplay(std::string source, std::chrono::milliseconds ttl, CatalogHub& hub, const Clock& clock)
        : source_(std::move(source)), ttl_(ttl), hub_(hub), clock_(clock)
    {
    }

    /// Null when nothing is shown.
    std::shared_ptr<const Snapshot> snapshot() const;

    /// The list that a drain brought just now.
    void show(std::shared_ptr<const Snapshot> snapshot, const DrainResult& result, CircuitState circuit);
    /// Could be shown: newer than what is, and expired for less than `stale`.
    bool wants(const StoredSnapshot& stored, std::chrono::milliseconds stale) const;
    /// `snapshot` is that of `stored`, perhaps less some images.
    void show_stored(std::shared_ptr<const Snapshot> snapshot, const StoredSnapshot& stored, CircuitState circuit);
    /// Shows the same list less some images.
    void replace(std::shared_ptr<const Snapshot> snapshot);
    /// Says what is wrong. The list stays; where there is none, `part` of one may be shown (null: nothing).
    void show_fault(SourceFault fault, CircuitState circuit, std::shared_ptr<const Snapshot> part);
    /// Takes the list back, also from walks under way.
    void withdraw();
    /// Takes the list back when it is expired for `stale`.
    void drop_if_too_old(std::chrono::milliseconds stale);

    /// What is shown, as it may be shared; empty when that is nothing or only part of a list, which another replica
    /// could not tell.
    std::optional<StoredSnapshot> to_store() const;

private:
    std::string source_;
    std::chrono::milliseconds ttl_;
    CatalogHub& hub_;
    const Clock& clock_;
};

} // namespace polyglance
