#include <algorithm>
#include <charconv>
#include <utility>

#include "cache/redis/connection.hpp"
#include "cache/redis/layout.hpp"
#include "cache/redis/load_snapshot.hpp"
#include "cache/redis/save_snapshot.hpp"
#include "cache/redis/scripts.hpp"
#include "cache/redis/stored_meta.hpp"
#include "cache/store.hpp"
#include "model/digest.hpp"

namespace polyglance {
namespace {

/// No replica holds a lease for longer, so what stays longer at its key is no lease.
constexpr std::chrono::milliseconds longest_lease{std::chrono::hours{1}};

std::string millis(std::chrono::milliseconds duration)
{
    return std::to_string(duration.count());
}

/// Instants are scores: whole microseconds, which a double holds exactly until the year 2255.
std::string score_of(Instant instant)
{
    return std::to_string(instant.time_since_epoch().count());
}

std::optional<Instant> instant_of(std::string_view score)
{
    std::int64_t micros = 0;
    const auto [end, fault] = std::from_chars(score.data(), score.data() + score.size(), micros);
    if (fault != std::errc{} || end != score.data() + score.size()) {
        return std::nullopt;
    }
    return Instant{std::chrono::microseconds{micros}};
}

class RedisStore final : public SnapshotStore {
public:
    RedisStore(const RedisConfig& config, const asio::any_io_executor& executor, const Clock& clock)
        : clock_(clock), origin_(to_hex(random_bytes(8))),
          commands_(config, executor, clock, {"polyglance", {}, {}, {}, [this] { tell_health(); }}),
          events_(config, executor, clock, events_role())
    {
    }

    asio::awaitable<std::optional<StoredSnapshot>> load(std::string scope, SourceIdentity identity,
                                                        Deadline deadline) override;
    asio::awaitable<bool> save(std::string scope, StoredSnapshot stored, std::chrono::milliseconds keep,
                               Deadline deadline) override;
    asio::awaitable<void> forget(std::string scope, Deadline deadline) override;
    asio::awaitable<std::vector<Tombstone>> tombstones(std::string scope, Deadline deadline) override;
    asio::awaitable<bool> add_tombstone(std::string scope, Tombstone tombstone, Deadline deadline) override;
    asio::awaitable<bool> acquire_lease(std::string scope, std::chrono::milliseconds hold, Deadline deadline) override;
    asio::awaitable<void> release_lease(std::string scope, Deadline deadline) override;
    void on_event(std::function<void(const StoreEvent&)> listener) override { listener_ = std::move(listener); }
    StoreHealth health() const override;
    void on_health(std::function<void(const StoreHealth&)> listener) override { watcher_ = std::move(listener); }
    void stop() override;

private:
    RedisRole events_role();
    void tell_health();
    void take_message(const RedisReply& message);

    const Clock& clock_;
    std::string origin_; ///< tells our own events and leases from those of others
    std::function<void(const StoreEvent&)> listener_;
    std::function<void(const StoreHealth&)> watcher_;
    std::string told_; ///< what the watcher knows: "well", "away", or the code of Redis; "" before it knows
    RedisConnection commands_;
    RedisConnection events_; ///< a subscribed connection takes no other commands
};

asio::awaitable<std::optional<StoredSnapshot>> RedisStore::load(std::string scope, SourceIdentity identity,
                                                                Deadline deadline)
{
    co_await commands_.first_attempt(deadline);
    co_return co_await stored::load_snapshot(commands_, clock_, std::move(scope), std::move(identity), deadline);
}

asio::awaitable<bool> RedisStore::save(std::string scope, StoredSnapshot stored, std::chrono::milliseconds keep,
                                       Deadline deadline)
{
    co_await commands_.first_attempt(deadline);
    co_return co_await stored::save_snapshot(commands_, origin_, std::move(scope), std::move(stored), keep, deadline);
}

asio::awaitable<void> RedisStore::forget(std::string scope, Deadline deadline)
{
    co_await commands_.first_attempt(deadline);
    RedisCommands commands{{"DEL", layout::meta_key(scope)}}; // chunks without it are never read
    co_await commands_.run(std::move(commands), RedisEffort::quick, deadline);
}

asio::awaitable<std::vector<Tombstone>> RedisStore::tombstones(std::string scope, Deadline deadline)
{
    co_await commands_.first_attempt(deadline);
    const std::string key = layout::tombstones_key(scope);
    RedisCommands commands{{"ZRANGEBYSCORE", key, "(" + score_of(clock_.now()), "+inf", "WITHSCORES", "LIMIT", "0",
                            std::to_string(layout::max_tombstones)}};
    const auto replies = co_await commands_.run(std::move(commands), RedisEffort::quick, deadline);
    std::vector<Tombstone> found;
    if (!replies) {
        co_return found;
    }
    if (stored::is_wrong_type((*replies)[0])) {
        co_await stored::discard(commands_, key, deadline);
    }
    const auto& elements = (*replies)[0].elements;
    for (std::size_t i = 0; i + 1 < elements.size(); i += 2) {
        const auto until = instant_of(elements[i + 1].text);
        if (until && !elements[i].text.empty()) {
            found.push_back({elements[i].text, *until});
        }
    }
    co_return found;
}

asio::awaitable<bool> RedisStore::add_tombstone(std::string scope, Tombstone tombstone, Deadline deadline)
{
    if (tombstone.native_id.empty() || tombstone.native_id.size() > layout::max_tombstone_id_bytes) {
        co_return false;
    }
    co_await commands_.first_attempt(deadline);
    RedisCommands commands{{"EVAL", std::string(scripts::add_tombstone), "1", layout::tombstones_key(scope),
                            score_of(clock_.now()), score_of(tombstone.until), std::move(tombstone.native_id),
                            std::to_string(layout::max_tombstones)}};
    const auto replies = co_await commands_.run(std::move(commands), RedisEffort::quick, deadline);
    co_return replies && (*replies)[0].is_integer(1);
}

asio::awaitable<bool> RedisStore::acquire_lease(std::string scope, std::chrono::milliseconds hold, Deadline deadline)
{
    co_await commands_.first_attempt(deadline);
    const auto held = std::clamp(hold, std::chrono::milliseconds{1}, longest_lease);
    RedisCommands commands{{"EVAL", std::string(scripts::acquire_lease), "1", layout::lease_key(scope), origin_,
                            millis(held), millis(longest_lease)}};
    const auto replies = co_await commands_.run(std::move(commands), RedisEffort::quick, deadline);
    co_return !replies || !(*replies)[0].is_integer(0);
}

asio::awaitable<void> RedisStore::release_lease(std::string scope, Deadline deadline)
{
    RedisCommands commands{{"EVAL", std::string(scripts::release_lease), "1", layout::lease_key(scope), origin_}};
    co_await commands_.run(std::move(commands), RedisEffort::quick, deadline);
}

StoreHealth RedisStore::health() const
{
    const RedisStatus commands = commands_.status();
    const RedisStatus events = events_.status();
    StoreHealth health{true,
                       commands.connected,
                       commands.errors + events.errors,
                       commands.reconnects,
                       commands.last_error.empty() ? events.last_error : commands.last_error,
                       commands.trouble};
    // That the connection for events alone is lost says nothing: it will be there again as soon as the other one.
    if (commands.connected && health.trouble.empty() && !events.refused.empty()) {
        health.trouble = "no news of other replicas: " + events.trouble;
    }
    return health;
}

void RedisStore::tell_health()
{
    const StoreHealth now = health();
    if (!now.connected && now.trouble.empty()) {
        return; // the first attempt is not over
    }
    const RedisStatus commands = commands_.status();
    const std::string refused = commands.trouble.empty() ? events_.status().refused : commands.refused;
    const std::string news = now.trouble.empty() ? "well" : refused.empty() ? "away" : refused;
    if (std::exchange(told_, news) != news && watcher_) {
        watcher_(now);
    }
}

void RedisStore::stop()
{
    commands_.stop();
    events_.stop();
}

RedisRole RedisStore::events_role()
{
    return {"polyglance-events",
            {{"SUBSCRIBE", layout::events_channel()}},
            [this](const RedisReply& message) { take_message(message); },
            [this] {
                if (listener_) {
                    listener_({});
                }
            },
            [this] { tell_health(); }};
}

void RedisStore::take_message(const RedisReply& message)
{
    const auto event =
        message.elements.size() == 3 ? layout::decode_event(message.elements[2].text, origin_) : std::nullopt;
    if (event && listener_) {
        listener_(*event);
    }
}

} // namespace

std::unique_ptr<SnapshotStore> make_redis_store(const RedisConfig& config, asio::any_io_executor executor,
                                                const Clock& clock)
{
    return std::make_unique<RedisStore>(config, executor, clock);
}

} // namespace polyglance
