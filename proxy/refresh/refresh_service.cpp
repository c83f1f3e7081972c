#include "proxy/refresh/refresh_service.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace polyglance {
namespace {

using CatalogTest = std::function<bool(const Catalog&)>;

/// Keeps a listener subscribed for as long as it lives.
class Subscription {
public:
    Subscription(CatalogHub& hub, std::function<void()> listener) : hub_(hub), id_(hub.subscribe(std::move(listener)))
    {
    }
    ~Subscription() { hub_.unsubscribe(id_); }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

private:
    CatalogHub& hub_;
    std::size_t id_;
};

/// Waits on the caller's loop until a published catalogue passes `test`, or until `deadline`.
asio::awaitable<void> wait_until(CatalogHub& hub, CatalogTest test, Deadline deadline)
{
    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor);
    // Posted, so that it comes after the wait below has begun: no publication slips through.
    const Subscription subscription(hub, [timer, executor] { asio::post(executor, [timer] { timer->cancel(); }); });
    while (!test(*hub.current()) && std::chrono::steady_clock::now() < deadline) {
        timer->expires_at(deadline);
        co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

/// A test that holds when it holds for each of these sources; unknown and disabled ones have nothing to wait for.
CatalogTest for_all(std::vector<std::string> sources, std::function<bool(const CatalogSource&)> test)
{
    return [sources = std::move(sources), test = std::move(test)](const Catalog& catalog) {
        return std::all_of(sources.begin(), sources.end(), [&](const std::string& id) {
            const auto* const source = catalog.find(id);
            return source == nullptr || source->status.disabled || test(*source);
        });
    };
}

asio::awaitable<Result<void>> remove_with(std::shared_ptr<SourceRefresher> refresher, std::string native_id)
{
    co_return co_await refresher->remove(std::move(native_id));
}

asio::awaitable<void> run_with(std::shared_ptr<SourceRefresher> refresher)
{
    co_await refresher->run();
}

} // namespace

SourceInfo describe_source(const SourceConfig& config, const CacheConfig& cache)
{
    const auto provides = provides_of(config);
    SourceInfo info{.id = config.id,
                    .provider = config.provider,
                    .title = config.title.empty() ? config.id : config.title,
                    .region = config.region.empty() ? std::nullopt : std::optional(config.region),
                    .provides = {provides.begin(), provides.end()},
                    .can_delete = traits_of(config.provider).can_delete,
                    .allow_delete = config.allow_delete,
                    .ttl = config.ttl,
                    .min_refresh = cache.min_refresh,
                    .stale = cache.stale};
    return info;
}

RefreshService::RefreshService(RefreshContext context)
    : context_(std::move(context)), table_(std::make_shared<const Table>())
{
    context_.store.on_event([this](const StoreEvent& event) { on_store_event(event); });
}

RefreshService::~RefreshService() = default;

RefreshService::Running RefreshService::launch(const SourceConfig& config)
{
    Running running{.refresher = std::make_shared<SourceRefresher>(config, context_),
                    .tasks = std::make_unique<TaskGroup>(context_.backstage, [this](const std::exception_ptr& error) {
                        context_.observer.task_failed(describe_exception(error));
                    })};
    running.tasks->spawn(run_with(running.refresher));
    return running;
}

void RefreshService::announce(const std::vector<SourceConfig>& sources)
{
    std::vector<std::shared_ptr<const SourceInfo>> infos;
    for (const auto& config : sources) {
        infos.push_back(std::make_shared<const SourceInfo>(describe_source(config, context_.cache)));
    }
    context_.hub.configure(std::move(infos));
    for (const auto& config : sources) {
        context_.hub.update(config.id, [&](CatalogSource& source) { source.status.disabled = !config.enabled; });
    }
}

void RefreshService::publish_table()
{
    auto table = std::make_shared<Table>();
    for (const auto& [id, running] : running_) {
        table->emplace(id, running.refresher);
    }
    const std::lock_guard lock(mutex_);
    table_ = std::move(table);
}

void RefreshService::start(const std::vector<SourceConfig>& sources)
{
    announce(sources);
    for (const auto& config : sources) {
        if (config.enabled) {
            running_.emplace(config.id, launch(config));
        }
    }
    publish_table();
}

asio::awaitable<void> RefreshService::reconfigure(std::vector<SourceConfig> sources)
{
    std::vector<Running> ended;
    for (auto entry = running_.begin(); entry != running_.end();) {
        const bool unchanged = std::any_of(sources.begin(), sources.end(), [&](const SourceConfig& config) {
            return config.enabled && config == entry->second.refresher->config();
        });
        if (unchanged) {
            ++entry;
        } else {
            ended.push_back(std::move(entry->second));
            entry = running_.erase(entry);
        }
    }
    publish_table();
    for (auto& running : ended) {
        running.refresher->retire();
        running.tasks->cancel();
        co_await running.tasks->join();
        co_await running.refresher->give_back_lease();
        // Another endpoint or account under an old name: what was read for the old one must not be shown for it.
        context_.hub.update(running.refresher->config().id, [](CatalogSource& source) {
            source.snapshot = nullptr;
            source.status = {};
        });
    }
    announce(sources);
    for (const auto& config : sources) {
        if (config.enabled && !running_.contains(config.id)) {
            running_.emplace(config.id, launch(config));
        }
    }
    publish_table();
    wake_all(); // times of the cache may have changed
}

asio::awaitable<void> RefreshService::stop()
{
    context_.store.on_event([](const StoreEvent&) {});
    for (auto& [id, running] : running_) {
        running.tasks->cancel();
    }
    for (auto& [id, running] : running_) {
        co_await running.tasks->join();
        co_await running.refresher->give_back_lease();
    }
}

void RefreshService::wake_all()
{
    for (auto& [id, running] : running_) {
        running.refresher->wake();
    }
}

std::shared_ptr<SourceRefresher> RefreshService::find(std::string_view source) const
{
    std::shared_ptr<const Table> table;
    {
        const std::lock_guard lock(mutex_);
        table = table_;
    }
    const auto found = table->find(std::string(source));
    return found != table->end() ? found->second : nullptr;
}

void RefreshService::touch(const std::vector<std::string>& sources)
{
    const auto now = context_.clock.steady_now();
    for (const auto& id : sources) {
        const auto refresher = find(id);
        if (refresher && refresher->touch(now)) {
            asio::post(context_.backstage, [refresher] { refresher->wake(); });
        }
    }
}

asio::awaitable<void> RefreshService::wait_for_first(std::vector<std::string> sources, Deadline deadline)
{
    auto test =
        for_all(std::move(sources), [](const CatalogSource& source) { return source.snapshot || source.status.fault; });
    co_await wait_until(context_.hub, std::move(test), deadline);
}

asio::awaitable<void> RefreshService::refresh(std::vector<std::string> sources, Instant not_before, Deadline deadline)
{
    for (const auto& id : sources) {
        if (const auto refresher = find(id)) {
            asio::post(context_.backstage, [refresher, not_before] { refresher->force(not_before); });
        }
    }
    auto test = for_all(std::move(sources), [not_before](const CatalogSource& source) {
        const auto& status = source.status;
        const bool asked_to_wait = status.fault && status.fault->error_class == ErrorClass::throttled;
        return (status.fetched_at && *status.fetched_at >= not_before) ||
               (status.fault && status.fault->at >= not_before) || asked_to_wait;
    });
    co_await wait_until(context_.hub, std::move(test), deadline);
}

bool RefreshService::request_refresh(std::string_view source)
{
    const auto refresher = find(source);
    if (refresher) {
        const auto now = context_.clock.now();
        asio::post(context_.backstage, [refresher, now] { refresher->force(now); });
    }
    return refresher != nullptr;
}

asio::awaitable<Result<void>> RefreshService::remove(std::string source, std::string native_id)
{
    const auto refresher = find(source);
    if (!refresher) {
        co_return failure(ErrorClass::config, "this source is not running");
    }
    // On the backstage loop, and to its end even when the client goes away.
    co_return co_await asio::co_spawn(context_.backstage, remove_with(refresher, std::move(native_id)),
                                      asio::use_awaitable);
}

std::string RefreshService::describe_remove(std::string_view source, std::string_view native_id)
{
    const auto refresher = find(source);
    return refresher ? refresher->adapter().describe_remove(native_id) : std::string{};
}

void RefreshService::on_store_event(const StoreEvent& event)
{
    for (auto& [id, running] : running_) {
        if (event.scope.empty() || event.scope == running.refresher->scope()) {
            running.refresher->hear_of_stored();
        }
    }
}

} // namespace polyglance
