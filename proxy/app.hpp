#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/http_client.hpp"
#include "cache/catalog.hpp"
#include "cache/store.hpp"
#include "config/config.hpp"
#include "model/clock.hpp"
#include "proxy/api/context.hpp"
#include "proxy/auth/gate.hpp"
#include "proxy/http/dispatch.hpp"
#include "proxy/http/listener.hpp"
#include "proxy/http/router.hpp"
#include "proxy/loop.hpp"
#include "proxy/ops/log.hpp"
#include "proxy/ops/memory_watch.hpp"
#include "proxy/ops/metrics.hpp"
#include "proxy/ops/telemetry.hpp"
#include "proxy/refresh/refresh_service.hpp"
#include "proxy/task_group.hpp"

namespace polyglance {

/// The composition root: builds every part from a configuration, starts the loops, and stops them in order.
class App {
public:
    /// `log` and `clock` outlive the app. Nothing runs yet.
    App(Config config, Log& log, const Clock& clock);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Listens and starts all loops. `once_listening` runs in between: no byte from outside was read yet. Throws
    /// boost::system::system_error when an address cannot be listened on, and what `once_listening` throws.
    void start(const std::function<void()>& once_listening = [] {});

    /// First part of an orderly stop: /readyz says 503 from now on; connections are still accepted.
    void announce_drain();
    /// Second part: stops accepting; requests in flight are answered.
    void drain();
    /// True when no client is connected any more.
    bool drained() const { return connections_ == 0; }
    /// Last part: cuts what is left and ends all loops. Call once; also done by the destructor.
    void stop();

    /// Goes over to another configuration: sources and query settings at once. Returns the settings that differ but
    /// need a restart ("server" ...). Waits until the new sources are in place. Throws boost::system::system_error when
    /// the certificate changed after it was checked; nothing is changed then.
    std::vector<std::string> reload(Config config);

    /// Ports that were bound, in the order of `server.listen`; then the admin port, 0 when there is none.
    const std::vector<std::uint16_t>& ports() const { return ports_; }
    std::uint16_t admin_port() const { return admin_port_; }
    const CatalogHub& hub() const { return hub_; }
    Metrics& metrics() { return metrics_; }

private:
    struct Front;

    std::vector<Route> make_routes();
    Readiness readiness() const;
    bool alive() const;
    std::string redacted_config() const;
    Response metrics_response();
    void listen();
    asio::awaitable<void> watch_memory();
    asio::awaitable<void> stop_backstage();
    void for_each_listener(const std::function<void(Listener&)>& action);

    Log& log_;
    const Clock& clock_;
    mutable std::mutex config_mutex_;
    Config config_; // guarded: reloads replace it while /debug/config reads it
    CacheConfig cache_config_;
    Metrics metrics_;
    Telemetry telemetry_;
    MemoryWatch memory_;
    CatalogHub hub_;
    Loop backstage_;
    TaskGroup housekeeping_;
    std::unique_ptr<HttpClient> http_;
    std::unique_ptr<SnapshotStore> store_;
    RefreshService refresh_;
    LiveSettings settings_;
    PageCache pages_;
    RecentAnswers recent_;
    ApiContext api_;
    Router router_;
    Gate gate_;
    LoadShedder data_gate_;
    Gate admin_gate_; // whoever reaches the admin listener may see everything
    Dispatcher data_dispatcher_;
    Dispatcher admin_dispatcher_;
    std::atomic<std::size_t> connections_{0};
    std::atomic<std::size_t> admin_connections_{0}; // apart: health answers however many clients there are
    std::atomic<bool> draining_{false};
    std::chrono::steady_clock::time_point started_;
    std::unique_ptr<ServerTls> tls_; // null = plain HTTP
    std::vector<std::unique_ptr<Front>> fronts_;
    std::vector<std::uint16_t> ports_;
    std::uint16_t admin_port_ = 0;
    bool running_ = false;
};

} // namespace polyglance
