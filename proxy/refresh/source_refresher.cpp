#include "proxy/refresh/source_refresher.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "proxy/task_group.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

constexpr auto store_time = 5s;          // for one load or save of a whole snapshot
constexpr auto short_store_time = 500ms; // for a lease or the tombstones
constexpr auto discover_time = 2s;
constexpr auto remove_time = 30s;
constexpr auto other_replica_poll = 1s;
constexpr std::chrono::milliseconds cold_lease_patience = 2s;
constexpr auto store_grace = 60s; // kept in the store this much longer than anybody may serve it
constexpr std::size_t max_pages = 100'000;

/// Puts what a drain brings into a snapshot to be.
class BuildingReceiver final : public ImageReceiver {
public:
    explicit BuildingReceiver(SnapshotBuilder& builder) : builder_(builder) {}
    std::optional<std::string_view> keep(RowDigest digest) override { return builder_.keep(digest); }
    void take(const WireImage& image, RowDigest digest) override
    {
        // Of an incremental drain, whose rows are all decoded, most did not change.
        if (!builder_.keep(digest)) {
            builder_.add(image, digest);
        }
    }

private:
    SnapshotBuilder& builder_;
};

/// The cloud knows who asks and does not, or no longer, let him see its images.
bool is_refusal(const Error& error)
{
    return error.error_class == ErrorClass::upstream_auth || error.error_class == ErrorClass::upstream_forbidden;
}

/// Changes are worth asking for when the kind of backend can list them, more often than the whole list.
std::chrono::milliseconds full_every(const SourceConfig& config)
{
    const bool useful = traits_of(config.provider).lists_changes && config.full_every > config.ttl;
    return useful ? config.full_every : std::chrono::milliseconds{0};
}

} // namespace

SourceRefresher::SourceRefresher(SourceConfig config, RefreshContext context)
    : config_(std::move(config)), context_(std::move(context)), scope_(config_.scope()),
      identity_{.source = config_.id,
                .provider = config_.provider,
                .region = config_.region.empty() ? std::nullopt : std::optional(config_.region)},
      display_(config_.id, config_.ttl, context_.hub, context_.clock),
      adapter_(make_adapter(config_, context_.http, context_.clock)), bell_(context_.backstage),
      shrink_guard_(config_.shrink_guard_percent), change_watch_(full_every(config_)), random_(std::random_device{}()),
      last_asked_(context_.clock.steady_now().time_since_epoch().count())
{
}

asio::awaitable<void> SourceRefresher::run()
{
    for (;;) {
        std::exception_ptr unexpected;
        try {
            co_await keep_fresh();
        } catch (const boost::system::system_error& error) {
            if (error.code() == asio::error::operation_aborted) {
                throw; // told to end
            }
            unexpected = std::current_exception();
        } catch (...) {
            unexpected = std::current_exception();
        }
        // A bug, or no memory: it costs this refresh, not all that would come after it.
        context_.observer.task_failed(describe_exception(unexpected));
        schedule_.failed(context_.clock.steady_now(), std::nullopt, random_);
        co_await give_back_lease();
    }
}

asio::awaitable<void> SourceRefresher::keep_fresh()
{
    if (!std::exchange(store_was_read_, true)) {
        co_await read_shared_tombstones();
        co_await load_stored();
    }
    for (;;) {
        co_await sleep_until_due();
        co_await refresh_once();
    }
}

bool SourceRefresher::touch(TimePoint now)
{
    last_asked_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    return asleep_.load(std::memory_order_relaxed) && asleep_.exchange(false);
}

bool SourceRefresher::in_use(TimePoint now) const
{
    return now - TimePoint(TimePoint::duration(last_asked_.load(std::memory_order_relaxed))) <
           context_.cache.idle_after;
}

void SourceRefresher::force(Instant not_before)
{
    forced_after_ = has_forced_ ? std::max(forced_after_, not_before) : not_before;
    has_forced_ = true;
    wake();
}

SourceRefresher::TimePoint SourceRefresher::due() const
{
    const TimePoint wanted =
        has_forced_ ? schedule_.asked_not_before() : std::max(next_planned_, schedule_.not_before());
    return std::max(wanted, last_began_ + context_.cache.min_refresh);
}

asio::awaitable<void> SourceRefresher::sleep_until_due()
{
    for (;;) {
        if (std::exchange(store_has_news_, false)) {
            co_await take_news();
        }
        const auto now = context_.clock.steady_now();
        asleep_ = true; // before looking at who asked, so that nobody who asks meanwhile is missed
        const bool wanted = has_forced_ || in_use(now);
        if (wanted) {
            asleep_ = false;
            if (now >= due()) {
                co_return;
            }
        }
        display_.drop_if_too_old(context_.cache.stale);
        bell_.expires_after(wanted ? due() - now : std::chrono::steady_clock::duration(context_.cache.idle_after));
        co_await bell_.async_wait(token);
    }
}

asio::awaitable<void> SourceRefresher::refresh_once()
{
    // The fleet drains a source once: whoever holds the lease does it, the others take over what it stored.
    const auto now = context_.clock.steady_now();
    const bool ours = co_await context_.store.acquire_lease(scope_, config_.drain_timeout, now + short_store_time);
    if (ours || may_drain_without_lease()) {
        lease_refused_since_.reset();
        holds_lease_ = ours;
        co_await drain_once();
        co_await give_back_lease();
    } else {
        co_await wait_for_other_replica();
    }
}

asio::awaitable<void> SourceRefresher::give_back_lease()
{
    if (std::exchange(holds_lease_, false)) {
        co_await context_.store.release_lease(scope_, context_.clock.steady_now() + short_store_time);
    }
}

bool SourceRefresher::may_drain_without_lease()
{
    // Whoever holds it for longer than a drain may take is stuck or dead, or the store lies. With nothing to serve, the
    // holder gets little time: it may have died holding it, and an answer matters more than a drain too many.
    const auto now = context_.clock.steady_now();
    lease_refused_since_ = lease_refused_since_.value_or(now);
    const std::chrono::milliseconds patience = display_.snapshot() ? config_.drain_timeout : cold_lease_patience;
    return now - *lease_refused_since_ >= patience;
}

asio::awaitable<void> SourceRefresher::wait_for_other_replica()
{
    // What it stores is news that ends the wait. Looking at the store each time would read whole lists for nothing.
    bell_.expires_after(other_replica_poll);
    co_await bell_.async_wait(token);
}

asio::awaitable<void> SourceRefresher::drain_once()
{
    const auto began = context_.clock.steady_now();
    last_began_ = began;
    const auto circuit_before = schedule_.circuit();
    schedule_.begins();
    if (!std::exchange(discovered_, true)) {
        // A failure here stops nothing: the listing itself will tell.
        const auto discovered = co_await adapter_->discover(began + discover_time);
        static_cast<void>(discovered);
    }

    const auto base = display_.snapshot();
    // After a failure, and when somebody insists, the whole list is read: it is always right.
    auto changes =
        base && !has_forced_ && schedule_.failures() == 0 ? change_watch_.window(*base, began) : std::nullopt;
    const ChangeWatch::Start start{.steady = began, .calendar = context_.clock.now()};
    auto list = co_await read_list(base, std::move(changes), began + config_.drain_timeout);
    if (list.result.incremental && change_watch_.doubts(list.result, began)) {
        const auto doubted = list.result;
        list = co_await read_list(base, std::nullopt, began + config_.drain_timeout);
        list.result.pages += doubted.pages;
        list.result.bytes += doubted.bytes;
        list.result.retries += doubted.retries;
    }
    auto& [result, builder] = list;
    co_await read_shared_tombstones();

    const auto before = display_.snapshot();
    const auto images = builder.size() - result.unsure.size(); // those of them that may be shown
    const auto error = accept(result, images);
    const auto ended = context_.clock.steady_now();
    DrainReport report{.source = config_.id,
                       .result = &result,
                       .error = error,
                       .took = std::chrono::duration_cast<std::chrono::milliseconds>(ended - began)};
    if (!error) {
        schedule_.succeeded();
        change_watch_.drained(result, start);
        display_.show(hide_deleted(builder.finish()->without(result.unsure), !result.incremental), result,
                      schedule_.circuit());
        plan_next(began);
    } else {
        schedule_.failed(ended, error->retry_after, random_);
        // Part of a list is better than nothing, but never better than an older whole one; and where most rows cannot
        // be read, the others are hardly what they seem. Where memory is short, keeping the part would keep it short.
        const bool believable = result.reason != "rejected_rows" && result.reason != "memory" && images > 0;
        const bool show_part = !before && !result.complete && believable;
        if (is_refusal(*error) && config_.withdraw_when_refused) {
            co_await withdraw();
        }
        display_.show_fault(fault_of(*error), schedule_.circuit(),
                            show_part ? hide_deleted(builder.finish()->without(result.unsure), false) : nullptr);
        display_.drop_if_too_old(context_.cache.stale);
    }
    if (has_forced_ && !result.incremental && context_.clock.now() >= forced_after_) {
        has_forced_ = false;
    }
    const auto after = display_.snapshot();
    report.images = after ? after->size() : 0;
    report.changed = (after ? after->content_hash() : "") != (before ? before->content_hash() : "");
    context_.observer.drained(report);
    if (schedule_.circuit() != circuit_before) {
        context_.observer.circuit_changed(config_.id, schedule_.circuit());
    }
    if (!error) {
        co_await save();
    }
}

asio::awaitable<SourceRefresher::Listing>
SourceRefresher::read_list(std::shared_ptr<const Snapshot> base, std::optional<ChangeWindow> changes, Deadline deadline)
{
    Listing list{.result = {}, .builder = SnapshotBuilder(identity_, std::move(base))};
    DrainLimits limits{.max_images = config_.max_images,
                       .max_pages = max_pages,
                       .max_bytes = config_.max_page_bytes * 64,
                       .deadline = deadline,
                       .changes = std::move(changes),
                       .memory_is_short = context_.memory_is_short};
    BuildingReceiver receiver(list.builder);
    list.result = co_await drain(*adapter_, std::move(limits), budget_, receiver, context_.clock);
    if (list.result.incremental && list.result.complete) {
        list.builder.keep_rest();
    }
    co_return list;
}

std::optional<Error> SourceRefresher::accept(const DrainResult& result, std::size_t drained)
{
    if (!result.complete) {
        return result.error
                   ? *result.error
                   : Error{ErrorClass::upstream_protocol, "the list was cut short: " + std::string(result.reason)};
    }
    const auto old = display_.snapshot();
    if (old && !shrink_guard_.accepts(old->size(), drained)) {
        return Error{ErrorClass::upstream_protocol, "the list shrank from " + std::to_string(old->size()) + " to " +
                                                        std::to_string(drained) +
                                                        " images; a second drain has to confirm it"};
    }
    return std::nullopt;
}

SourceFault SourceRefresher::fault_of(const Error& error) const
{
    const auto now = context_.clock.now();
    const auto next_try = std::chrono::duration_cast<std::chrono::microseconds>(due() - context_.clock.steady_now());
    return {.error_class = error.error_class,
            .message = error.message,
            .at = now,
            .attempts = schedule_.failures(),
            .next_try_at = now + std::max(next_try, std::chrono::microseconds{0})};
}

asio::awaitable<void> SourceRefresher::withdraw()
{
    display_.withdraw();
    change_watch_.forget();
    co_await context_.store.forget(scope_, context_.clock.steady_now() + short_store_time);
}

void SourceRefresher::plan_next(TimePoint began)
{
    // Ahead of expiry by twice what a drain takes, so that readers of a source in use never find it stale; a little
    // earlier still by chance, so that sources with one TTL do not all come at once. The first time much earlier: they
    // all began in one moment.
    const auto now = context_.clock.steady_now();
    const std::chrono::steady_clock::duration ttl = config_.ttl;
    const auto lead = std::clamp(2 * (now - began), ttl / 10, ttl / 2);
    const auto widest = std::exchange(planned_before_, true) ? ttl / 10 : (ttl - lead) * 3 / 4;
    std::uniform_int_distribution<std::chrono::steady_clock::rep> early(0, widest.count());
    next_planned_ = now + ttl - lead - std::chrono::steady_clock::duration(early(random_));
}

asio::awaitable<void> SourceRefresher::take_news()
{
    co_await read_shared_tombstones();
    const bool loaded = co_await load_stored();
    const auto shown = display_.snapshot();
    if (loaded || !shown) {
        co_return;
    }
    // The news may be a delete: then there is nothing newer to load, only less to show.
    if (auto rest = hide_deleted(shown, false); rest != shown) {
        display_.replace(std::move(rest));
    }
}

asio::awaitable<bool> SourceRefresher::load_stored()
{
    if (context_.memory_is_short()) {
        co_return false;
    }
    auto stored = co_await context_.store.load(scope_, identity_, context_.clock.steady_now() + store_time);
    if (!stored || !display_.wants(*stored, context_.cache.stale)) {
        co_return false;
    }
    change_watch_.forget();
    // Not `whole`: what is not in it may only be hidden there, too.
    const auto snapshot = hide_deleted(stored->snapshot, false);
    display_.show_stored(snapshot, *stored, schedule_.circuit());
    const auto left = std::max(stored->expires_at - context_.clock.now(), Instant::duration{0});
    next_planned_ = context_.clock.steady_now() + left - left / 10;
    if (has_forced_ && stored->fetched_at >= forced_after_) {
        has_forced_ = false;
    }
    context_.observer.loaded_from_store(config_.id, snapshot->size());
    co_return true;
}

void SourceRefresher::hear_of_stored()
{
    store_has_news_ = true;
    wake();
}

asio::awaitable<void> SourceRefresher::read_shared_tombstones()
{
    const auto steady_now = context_.clock.steady_now();
    const auto shared = co_await context_.store.tombstones(scope_, steady_now + short_store_time);
    tombstones_.add_shared(shared, context_.clock.now(), steady_now);
}

std::shared_ptr<const Snapshot> SourceRefresher::hide_deleted(std::shared_ptr<const Snapshot> drained, bool whole)
{
    return tombstones_.hide(std::move(drained), whole, context_.clock.steady_now());
}

asio::awaitable<Result<void>> SourceRefresher::remove(std::string native_id)
{
    const auto result = co_await adapter_->remove(native_id, context_.clock.steady_now() + remove_time);
    const bool gone = result || result.error().error_class == ErrorClass::not_found;
    if (!gone) {
        if (result.error().sent) {
            force(context_.clock.now());
        }
        co_return result;
    }
    tombstones_.add(native_id, context_.clock.steady_now());
    if (!retired_) {
        if (const auto shown = display_.snapshot()) {
            display_.replace(shown->without(std::vector{native_id}));
        }
    }
    Tombstone shared{.native_id = std::move(native_id), .until = context_.clock.now() + Tombstones::lifetime};
    co_await context_.store.add_tombstone(scope_, std::move(shared), context_.clock.steady_now() + short_store_time);
    co_await save();
    co_return result;
}

asio::awaitable<void> SourceRefresher::save()
{
    auto stored = retired_ ? std::nullopt : display_.to_store();
    if (!stored) {
        co_return;
    }
    const auto keep = config_.ttl + context_.cache.stale + store_grace;
    co_await context_.store.save(scope_, std::move(*stored), keep, context_.clock.steady_now() + store_time);
}

} // namespace polyglance
