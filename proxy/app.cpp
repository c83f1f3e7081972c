#include "proxy/app.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <future>

#include "adapters/http/beast_client.hpp"
#include "config/load.hpp"
#include "proxy/api/openapi.hpp"
#include "proxy/api/routes.hpp"
#include "proxy/build_info.hpp"
#include "proxy/process_limits.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

constexpr auto warm_up_time = 10s; // ready after this even when no source has answered yet
constexpr std::size_t max_admin_connections = 100;

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

} // namespace

/// One front loop with its listeners.
struct App::Front {
    explicit Front(std::function<void(std::string_view)> on_exception) : loop(std::move(on_exception)) {}
    Loop loop;
    std::vector<std::unique_ptr<Listener>> listeners;
};

App::App(Config config, Log& log, const Clock& clock)
    : log_(log), clock_(clock), config_(std::move(config)), cache_config_(config_.cache), telemetry_(log_, metrics_),
      hub_(clock, config_.query.walk_grace),
      backstage_([this](std::string_view what) { telemetry_.task_failed(what); }, Loop::Pace::patient),
      http_(make_http_client(backstage_.context().get_executor(), clock)),
      store_(make_store(config_.cache, backstage_.context().get_executor(), clock)),
      refresh_({.backstage = backstage_.context().get_executor(),
                .hub = hub_,
                .store = *store_,
                .http = *http_,
                .clock = clock_,
                .observer = telemetry_,
                .cache = cache_config_}),
      settings_(make_api_settings(config_)), pages_(config_.cache.memory),
      api_{.hub = hub_,
           .refresh = refresh_,
           .clock = clock_,
           .settings = settings_,
           .pages = pages_,
           .recent = recent_,
           .audit = [this](const DeleteAudit& audit) { telemetry_.deleted(audit); },
           .alive = [] { return true; }, // the loop that answers is one of those asked about
           .readiness = [this] { return readiness(); },
           .build = build_info(clock.now()),
           .backstage = backstage_.context().get_executor()},
      router_(make_routes()), gate_(config_.server, config_.auth), admin_gate_({}, {}),
      data_dispatcher_(router_, Audience::data, gate_, telemetry_, clock_),
      admin_dispatcher_(router_, Audience::admin, admin_gate_, telemetry_, clock_)
{
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
                                 .page_cache_bytes = pages_.memory_bytes()});
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
        out.checks.push_back(
            {.name = "redis", .ok = store.connected, .note = store.connected ? "ok" : "not connected"});
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

void App::start()
{
    listen();
    started_ = clock_.steady_now();
    running_ = true;
    refresh_.start(config_.sources); // before any thread runs: the first request already sees every source
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
    asio::co_spawn(backstage_.context(), refresh_.stop(), asio::use_future).wait();
    std::promise<void> stopped;
    asio::post(backstage_.context(), [this, &stopped] {
        store_->stop();
        stopped.set_value();
    });
    stopped.get_future().wait();
    backstage_.finish();
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
