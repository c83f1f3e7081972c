#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/snapshot.hpp"
#include "model/clock.hpp"
#include "model/source_state.hpp"

namespace polyglance {

/// One source in a catalogue.
struct CatalogSource {
    std::shared_ptr<const SourceInfo> info;
    std::shared_ptr<const Snapshot> snapshot; ///< null: nothing to serve
    SourceStatus status;
};

/// One published state of everything, immutable. Sources stand in configuration order.
struct Catalog {
    std::vector<CatalogSource> sources;
    /// "g-" and hex, from the contents of the snapshots only: replicas with the same snapshots name it alike.
    std::string generation;

    const CatalogSource* find(std::string_view source_id) const;
};

/// Names the state that these snapshots make up.
std::string generation_of(const std::vector<CatalogSource>& sources);

/// Where refreshing publishes and requests read. Any thread.
class CatalogHub {
public:
    /// Older generations stay readable for `walk_grace`, at most `max_generations` of them.
    CatalogHub(const Clock& clock, std::chrono::milliseconds walk_grace, std::size_t max_generations = 64);

    std::shared_ptr<const Catalog> current() const;
    /// Changes with every publication. Read before `current`, it never names a later catalogue than that gives.
    std::uint64_t serial() const { return serial_.load(std::memory_order_acquire); }
    /// The catalogue of that generation if it is still walkable. The statuses in it are as old as it is.
    std::shared_ptr<const Catalog> at(std::string_view generation) const;

    /// Replaces the whole set of sources (start, reload): a source that keeps its id, provider and region keeps its
    /// snapshot and status.
    void configure(std::vector<std::shared_ptr<const SourceInfo>> infos);
    /// Changes one source: `change` edits a copy; then that is published. A snapshot of the same content as before is
    /// replaced by the one before. Does nothing for an unknown id. `change` must not call the hub.
    void update(std::string_view source_id, const std::function<void(CatalogSource&)>& change);

    /// From now on only the current generation can be walked.
    void forget_past();

    /// Calls `listener` after every publication, on the publishing thread. Returns an id for `unsubscribe`; a call that
    /// has begun on another thread may still reach the listener after that.
    std::size_t subscribe(std::function<void()> listener);
    void unsubscribe(std::size_t id);

private:
    void publish(std::shared_ptr<Catalog> next); // mutex_ held
    void notify();                               // mutex_ not held

    struct Retired {
        std::shared_ptr<const Catalog> catalog;
        std::chrono::steady_clock::time_point since;
    };

    const Clock& clock_;
    std::chrono::milliseconds walk_grace_;
    std::size_t max_generations_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Catalog> current_;
    std::atomic<std::uint64_t> serial_{0};
    std::deque<Retired> retired_;
    std::vector<std::pair<std::size_t, std::function<void()>>> listeners_;
    std::size_t next_listener_ = 0;
};

} // namespace polyglance
