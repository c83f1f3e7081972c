#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/snapshot.hpp"
#include "config/config.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"

namespace polyglance {

namespace asio = boost::asio;

/// A snapshot at rest with what must be known to serve it.
struct StoredSnapshot {
    std::shared_ptr<const Snapshot> snapshot;
    Instant fetched_at;
    Instant expires_at;
    std::size_t rows_rejected = 0;
};

struct Tombstone {
    std::string native_id;
    Instant until;
    bool operator==(const Tombstone&) const = default;
};

/// News from another replica: that scope has a snapshot with that content.
struct StoreEvent {
    std::string scope;
    std::string content_hash;
    Instant fetched_at;
};

/// How the store is doing, for metrics and /readyz?verbose.
struct StoreHealth {
    bool configured = false;
    bool connected = false;
    std::uint64_t errors = 0; ///< failed commands since start
    std::uint64_t reconnects = 0;
    std::string last_error; ///< ours; no host, no password
    /// Why it is of no use now, or not of full use; "" when all is well, or nothing is known yet. Ours, with the error
    /// code of Redis; no host, no password.
    std::string trouble;
};

/// Snapshots shared by replicas and across restarts. It speeds things up and never decides anything: every failure is a
/// miss. Lives on the backstage loop. `scope` is `SourceConfig::scope()`.
class SnapshotStore {
public:
    virtual ~SnapshotStore() = default;

    /// The newest whole snapshot of that scope; empty for none, unreadable, of another format version, or no store.
    virtual asio::awaitable<std::optional<StoredSnapshot>> load(std::string scope, SourceIdentity identity,
                                                                Deadline deadline) = 0;
    /// Keeps `stored` for `keep`. False when it could not be kept.
    virtual asio::awaitable<bool> save(std::string scope, StoredSnapshot stored, std::chrono::milliseconds keep,
                                       Deadline deadline) = 0;

    /// Takes back what was saved: the next `load` of any replica finds nothing.
    virtual asio::awaitable<void> forget(std::string scope, Deadline deadline) = 0;

    virtual asio::awaitable<std::vector<Tombstone>> tombstones(std::string scope, Deadline deadline) = 0;
    virtual asio::awaitable<bool> add_tombstone(std::string scope, Tombstone tombstone, Deadline deadline) = 0;

    /// Tries to become the one replica that drains this scope for the next `hold`. True also when there is no store to
    /// ask (then every replica drains for itself). False: another one is at it.
    virtual asio::awaitable<bool> acquire_lease(std::string scope, std::chrono::milliseconds hold,
                                                Deadline deadline) = 0;
    virtual asio::awaitable<void> release_lease(std::string scope, Deadline deadline) = 0;

    /// `listener` is called on the backstage loop for every event of another replica, and with an empty scope after a
    /// reconnect (anything may be old).
    virtual void on_event(std::function<void(const StoreEvent&)> listener) = 0;

    virtual StoreHealth health() const = 0;
    /// `listener` is called on the backstage loop when the store becomes of full use, when it ceases to be, and when it
    /// refuses us for another reason than before: once for each such change, however many commands feel it.
    virtual void on_health(std::function<void(const StoreHealth&)> listener) = 0;
    /// Closes connections and ends every running operation (as misses).
    virtual void stop() = 0;
};

/// Keeps nothing: the in-process default. Snapshots already live in the catalogue.
std::unique_ptr<SnapshotStore> make_memory_store();
/// Redis. Connects in the background, reconnects with jittered back-off, never throws.
std::unique_ptr<SnapshotStore> make_redis_store(const RedisConfig& config, asio::any_io_executor executor,
                                                const Clock& clock);

} // namespace polyglance
