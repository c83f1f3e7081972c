#include "proxy/app.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <future>
#include <malloc.h>

#include "adapters/http/beast_client.hpp"
#include "config/load.hpp"
#include "proxy/api/openapi.hpp"
#include "proxy/api/routes.hpp"
#include "proxy/build_info.hpp"
#include "proxy/process_limits.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

constexpr auto warm_up_time = 10s;   // ready after this even when no source has answered yet
constexpr auto longest_silence = 5s; // of a loop that is alive
constexpr std::size_t max_admin_connections = 100;
constexpr std::chrono::steady_clock::duration memory_look_every = 100ms;
constexpr std::chrono::steady_clock::duration memory_relief_every = 500ms;

std::unique_ptr<SnapshotStore> make_store(const CacheConfig& config, asio::any_io_executor executor, const Clock& clock)
{
    return config.redis ? make_redis_store(*config.redis, std::move(executor), clock) : make_memory_store();
}

ListenerOptions listener_options(const ServerConfig& server)
{
    return {.header_timeout = server.header_timeout,
            .idle_timeout = server.idle_timeout,
            .write_timeout = server.write_timeout,
            .max_connections = server.max_connections,
            .head = {},
            .tls = nullptr};
}

/// How many connections of clients leave enough descriptors for calls of the clouds, Redis, files and the admin
/// listener; half of all at least.
std::size_t connections_that_fit(const std::vector<SourceConfig>& sources)
{
    std::size_t others = max_admin_connections / 2 + 50;
    for (const auto& source : sources) {
        others += source.max_in_flight + 1;
    }
    const std::size_t all = open_files_limit();
    return std::max(all - std::min(all, others), all / 2);
}

/// Bytes; 0 = no limit.
std::size_t memory_limit(const ServerConfig& server)
{
    return server.memory_limit != 0 ? server.memory_limit : control_group_memory_limit();
}

/// Ready pages are made again in no time: images come first where memory is limited.
std::size_t page_cache_size(const CacheConfig& cache, std::size_t memory_limit)
{
    return memory_limit == 0 ? cache.memory : std::min(cache.memory, memory_limit / 4);
}

} // namespace

/// One front loop with its listeners.
struct App::Front {
    explicit Front(std::function<void(std::string_view)> on_exception) : loop(std::move(on_exception)) {}
    Loop loop;
    std::vector<std::unique_ptr<Listener>> listeners;
};

App::App(Config config, Log& log, const Clock& clock)
    : log_(log), clock_(clock), config_(std::move(config)), cache_config_(config_.cache), telemetry_(log_, metrics_),
      memory_(memory_limit(config_.server), resident_memory, clock), hub_(clock, config_.query.walk_grace),
      backstage_([this](std::string_view what) { telemetry_.task_failed(what); }, Loop::Pace::patient),
      housekeeping_(backstage_.context().get_executor(),
                    [this](const std::exception_ptr& error) { telemetry_.task_failed(describe_exception(error)); }),
      http_(make_http_client(backstage_.context().get_executor(), clock)),
      store_(make_store(config_.cache, backstage_.context().get_executor(), clock)),
      refresh_({.backstage = backstage_.context().get_executor(),
                .hub = hub_,
                .store = *store_,
                .http = *http_,
                .clock = clock_,
                .observer = telemetry_,
                .cache = cache_config_,
                .memory_is_short = [this] { return memory_.is_short(); }}),
      settings_(make_api_settings(config_)), pages_(page_cache_size(config_.cache, memory_.limit_bytes())),
      api_{.hub = hub_,
           .refresh = refresh_,
           .clock = clock_,
           .settings = settings_,
           .pages = pages_,
           .recent = recent_,
           .audit = [this](const DeleteAudit& audit) { telemetry_.deleted(audit); },
           .alive = [this] { return alive(); },
           .readiness = [this] { return readiness(); },
           .build = build_info(clock.now()),
           .backstage = backstage_.context().get_executor()},
      router_(make_routes()), gate_(config_.server, config_.auth), data_gate_(gate_, memory_), admin_gate_({}, {}),
      data_dispatcher_(router_, Audience::data, data_gate_, telemetry_, clock_),
      admin_dispatcher_(router_, Audience::admin, admin_gate_, telemetry_, clock_)
{
    store_->on_health([this](const StoreHealth& health) { telemetry_.store_changed(health); });
}

App::~App()
{
    stop();
}

std::vector<Route> App::make_routes()
{
    auto routes = api_routes(api_);
    const auto admin = [&routes](std::string pattern, std::string summary, std::function<Response()> answer) {
        routes.push_back({.pattern = std::move(pattern),
                          .at_hand = [answer = std::move(answer)](const Request&) { return answer(); },
                          .doc = {.summary = std::move(summary)},
                          .audience = Audience::admin});
    };
    admin("/metrics", "Counters and gauges for Prometheus", [this] { return metrics_response(); });
    admin("/debug/config", "The configuration in force, secrets masked",
          [this] { return make_response(200, "application/yaml", redacted_config()); });
    add_openapi_route(routes, api_.build.version);
    return routes;
}

bool App::alive() const
{
    const auto oldest = clock_.steady_now() - longest_silence;
    return backstage_.last_beat() > oldest && std::all_of(fronts_.begin(), fronts_.end(), [&](const auto& front) {
               return front->loop.last_beat() > oldest;
           });
}

std::string App::redacted_config() const
{
    const std::lock_guard lock(config_mutex_);
    return describe(config_);
}

Response App::metrics_response()
{
    auto text = metrics_.render({.catalog = hub_.current(),
                                 .at = clock_.now(),
                                 .connections = connections_,
                                 .store = store_->health(),
                                 .log_lines_dropped = log_.dropped(),
                                 .page_cache_bytes = pages_.memory_bytes(),
                                 .memory_bytes = memory_.used_bytes(),
                                 .memory_limit_bytes = memory_.limit_bytes()});
    auto response = make_response(200, "text/plain; version=0.0.4", std::move(text));
    response.add("Cache-Control", "no-store");
    return response;
}

Readiness App::readiness() const
{
    const auto catalog = hub_.current();
    const bool warm = std::any_of(catalog->sources.begin(), catalog->sources.end(),
                                  [](const CatalogSource& source) { return source.snapshot != nullptr; });
    Readiness out;
    out.draining = draining_;
    out.ready = !draining_ && (warm || catalog->sources.empty() || clock_.steady_now() - started_ > warm_up_time);
    out.checks.push_back({.name = "config", .ok = true, .note = "ok"});
    const auto store = store_->health();
    if (store.configured) {
        const bool ok = store.connected && store.trouble.empty();
        std::string note = ok ? "ok" : store.connected ? store.trouble : "not connected";
        note += !store.connected && !store.trouble.empty() ? ": " + store.trouble : "";
        out.checks.push_back({.name = "redis", .ok = ok, .note = std::move(note)});
    }
    return out;
}

void App::listen()
{
    const auto& server = config_.server;
    auto addresses = server.listen;
    if (server.admin) {
        addresses.push_back(*server.admin);
    }
    for (const auto& address : addresses) {
        check_address_is_free(address);
    }
    const unsigned loops = server.threads != 0 ? server.threads : std::max(1U, std::thread::hardware_concurrency());
    if (server.tls) {
        tls_ = std::make_unique<ServerTls>(*server.tls);
    }
    auto admin_options = listener_options(server);
    auto options = admin_options;
    admin_options.max_connections = max_admin_connections;
    options.tls = tls_.get();
    options.max_connections = std::min(server.max_connections, connections_that_fit(config_.sources));
    if (options.max_connections < server.max_connections) {
        log_.write(LogLevel::warn, "max_connections_lowered",
                   {{"to", static_cast<std::int64_t>(options.max_connections)},
                    {"why", "the process may not open more files (ulimit -n)"}});
    }
    for (unsigned i = 0; i < loops; ++i) {
        fronts_.push_back(std::make_unique<Front>([this](std::string_view what) { telemetry_.task_failed(what); }));
    }
    const auto handle_with = [](const Dispatcher& dispatcher) {
        return RequestHandler{.at_hand = [&](Request& request) { return dispatcher.at_hand(request); },
                              .handle = [&](Request& request) { return dispatcher.handle(request); }};
    };
    for (auto address : server.listen) {
        for (auto& front : fronts_) {
            front->listeners.push_back(std::make_unique<Listener>(front->loop.context(), address, options,
                                                                  handle_with(data_dispatcher_), clock_, connections_));
            address.port = front->listeners.back()->port(); // port 0: the other loops join the one that was given
        }
        ports_.push_back(address.port);
    }
    if (server.admin) {
        auto& listeners = fronts_.front()->listeners;
        listeners.push_back(std::make_unique<Listener>(fronts_.front()->loop.context(), *server.admin, admin_options,
                                                       handle_with(admin_dispatcher_), clock_, admin_connections_));
        admin_port_ = listeners.back()->port();
    }
}

asio::awaitable<void> App::watch_memory()
{
    asio::steady_timer timer(backstage_.context());
    for (;;) {
        const auto before = memory_.pressure();
        const auto now = memory_.look();
        if (now != before) {
            telemetry_.memory_pressure(now, memory_.used_bytes(), memory_.limit_bytes());
        }
        if (now != MemoryPressure::none) {
            pages_.clear();
            malloc_trim(0); // what was freed goes back to the system, or the next look would see no difference
        }
        timer.expires_after(now == MemoryPressure::none ? memory_look_every : memory_relief_every);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

void App::start(const std::function<void()>& once_listening)
{
    listen();
    once_listening();
    started_ = clock_.steady_now();
    running_ = true;
    refresh_.start(config_.sources); // before any thread runs: the first request already sees every source
    if (memory_.limit_bytes() != 0) {
        housekeeping_.spawn(watch_memory());
    }
    backstage_.start();
    for (auto& front : fronts_) {
        for (auto& listener : front->listeners) {
            asio::post(front->loop.context(), [&listener] { listener->start(); });
        }
        front->loop.start();
    }
}

void App::announce_drain()
{
    draining_ = true;
}

void App::drain()
{
    for (auto& front : fronts_) {
        for (auto& listener : front->listeners) {
            asio::post(front->loop.context(), [&listener] { listener->drain(); });
        }
    }
}

void App::stop()
{
    if (!std::exchange(running_, false)) {
        return;
    }
    for (auto& front : fronts_) {
        for (auto& listener : front->listeners) {
            asio::co_spawn(front->loop.context(), listener->stop(), asio::use_future).wait();
        }
        front->loop.finish();
    }
    asio::co_spawn(backstage_.context(), stop_backstage(), asio::use_future).wait();
    backstage_.finish();
}

asio::awaitable<void> App::stop_backstage()
{
    co_await refresh_.stop();
    housekeeping_.cancel();
    co_await housekeeping_.join();
    store_->stop();
}

std::vector<std::string> App::reload(Config config)
{
    std::vector<std::string> need_restart;
    {
        const std::lock_guard lock(config_mutex_);
        const auto compare = [&need_restart](bool same, const char* name) {
            if (!same) {
                need_restart.emplace_back(name);
            }
        };
        if (tls_ && config.server.tls) {
            tls_->reload(*config.server.tls);
            config_.server.tls = config.server.tls;
        }
        compare(config.server == config_.server, "server");
        compare(config.cache.redis == config_.cache.redis, "cache.redis");
        compare(config.cache.memory == config_.cache.memory, "cache.memory");
        compare(config.query.walk_grace == config_.query.walk_grace, "query.walk_grace");
        compare(config.log == config_.log, "log");
        config.server = config_.server;
        config.cache.redis = config_.cache.redis;
        config.cache.memory = config_.cache.memory;
        config.query.walk_grace = config_.query.walk_grace;
        config.log = config_.log;
        config_ = config;
    }
    settings_.set(make_api_settings(config));
    gate_.set_tokens(config.auth);
    std::promise<void> cache_set;
    asio::post(backstage_.context(), [this, &config, &cache_set] {
        cache_config_ = config.cache;
        cache_set.set_value();
    });
    cache_set.get_future().wait();
    asio::co_spawn(backstage_.context(), refresh_.reconfigure(config.sources), asio::use_future).wait();
    return need_restart;
}

} // namespace polyglance
