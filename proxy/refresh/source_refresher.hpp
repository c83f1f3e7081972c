#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "adapters/drain.hpp"
#include "adapters/provider_adapter.hpp"
#include "adapters/retry_budget.hpp"
#include "cache/catalog.hpp"
#include "cache/store.hpp"
#include "config/config.hpp"
#include "model/clock.hpp"
#include "proxy/refresh/change_watch.hpp"
#include "proxy/refresh/observer.hpp"
#include "proxy/refresh/retry_schedule.hpp"
#include "proxy/refresh/shrink_guard.hpp"
#include "proxy/refresh/source_display.hpp"
#include "proxy/refresh/tombstones.hpp"

namespace polyglance {

namespace asio = boost::asio;

/// What the refreshers of all sources share. Everything in it outlives them.
struct RefreshContext {
    asio::any_io_executor backstage;
    CatalogHub& hub;
    SnapshotStore& store;
    HttpClient& http;
    const Clock& clock;
    RefreshObserver& observer;
    const CacheConfig& cache; ///< changes on a reload, on the backstage loop only
    /// While this holds nothing is read: there would be no room for it.
    std::function<bool()> memory_is_short = [] { return false; };
};

/// Keeps the snapshot of one source up to date: one coroutine that sleeps until the source is due or asked for, drains
/// it, and publishes. On any failure the old snapshot stays and its state says so. Lives on the backstage loop, except
/// `touch`.
class SourceRefresher {
public:
    SourceRefresher(SourceConfig config, RefreshContext context);
    SourceRefresher(const SourceRefresher&) = delete;
    SourceRefresher& operator=(const SourceRefresher&) = delete;

    const SourceConfig& config() const { return config_; }
    const std::string& scope() const { return scope_; }
    ProviderAdapter& adapter() { return *adapter_; }

    /// Runs until cancelled. An exception that nobody expected is reported, and ends one refresh only.
    asio::awaitable<void> run();

    /// Somebody asked for this source. Any thread, cheap. True: the refresher sleeps for want of interest and must be
    /// woken by `wake` on its own loop.
    bool touch(std::chrono::steady_clock::time_point now);
    void wake() { bell_.cancel(); }

    /// Asks for a drain that begins after `not_before`, as soon as `min_refresh` and the backend's Retry-After allow.
    void force(Instant not_before);

    /// Deletes upstream and hides the image; see `Refresh::remove`.
    asio::awaitable<Result<void>> remove(std::string native_id);

    /// Another replica may have stored a newer snapshot. Any number of such news become one look at the store.
    void hear_of_stored();

    /// The source's name may belong to another one from now on: what still runs here leaves catalogue and snapshots
    /// alone.
    void retire() { retired_ = true; }
    /// Once `run` was cancelled: the lease that it may have held then is free for others.
    asio::awaitable<void> give_back_lease();

private:
    using TimePoint = std::chrono::steady_clock::time_point;

    TimePoint due() const;
    bool in_use(TimePoint now) const;
    asio::awaitable<void> keep_fresh();
    asio::awaitable<void> sleep_until_due();
    asio::awaitable<void> take_news();
    asio::awaitable<bool> load_stored();
    bool may_drain_without_lease();
    asio::awaitable<void> refresh_once();
    asio::awaitable<void> drain_once();
    /// What came of asking the backend.
    struct Listing {
        DrainResult result;
        SnapshotBuilder builder;
    };
    asio::awaitable<Listing> read_list(std::shared_ptr<const Snapshot> base, std::optional<ChangeWindow> changes,
                                       Deadline deadline);
    asio::awaitable<void> wait_for_other_replica();
    asio::awaitable<void> read_shared_tombstones();
    std::shared_ptr<const Snapshot> hide_deleted(std::shared_ptr<const Snapshot> drained, bool whole);
    std::optional<Error> accept(const DrainResult& result, std::size_t drained);
    SourceFault fault_of(const Error& error) const;
    /// Takes the last list back from everywhere.
    asio::awaitable<void> withdraw();
    void plan_next(TimePoint began);
    asio::awaitable<void> save();

    SourceConfig config_;
    RefreshContext context_;
    std::string scope_;
    SourceIdentity identity_;
    SourceDisplay display_;
    std::unique_ptr<ProviderAdapter> adapter_;
    asio::steady_timer bell_; // the sleep of `run`; cancelling it wakes it
    RetryBudget budget_;
    RetrySchedule schedule_;
    ShrinkGuard shrink_guard_;
    ChangeWatch change_watch_;
    std::mt19937_64 random_;

    std::atomic<TimePoint::rep> last_asked_;
    std::atomic<bool> asleep_{false};

    TimePoint next_planned_{}; // refresh ahead of expiry
    bool planned_before_ = false;
    TimePoint last_began_{}; // start of the last drain
    Instant forced_after_{}; // a drain that begins later than this is wanted
    bool has_forced_ = false;
    bool discovered_ = false;     // asked the backend what it is, before the first drain
    bool store_was_read_ = false; // for what was there before us
    bool store_has_news_ = false;
    bool retired_ = false;
    bool holds_lease_ = false;
    std::optional<TimePoint> lease_refused_since_;
    Tombstones tombstones_;
};

} // namespace polyglance
