#include "proxy/server_run.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <unistd.h>

#include "config/load.hpp"
#include "proxy/app.hpp"
#include "proxy/demo/demo_clouds.hpp"
#include "proxy/process_limits.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// The signals of one serving process, caught from construction on: one that comes before anybody waits is kept.
struct Signals {
    asio::io_context loop;
    asio::signal_set hangup{loop, SIGHUP};
    asio::signal_set end{loop, SIGTERM, SIGINT};
};

/// What the signals do, on the main thread's own loop.
class Control {
public:
    Control(Signals& signals, App& app, Log& log, const Config& config, const CommandOptions& options)
        : loop_(signals.loop), hangup_(signals.hangup), end_(signals.end), app_(app), log_(log),
          drain_delay_(config.server.drain_delay), drain_timeout_(config.server.drain_timeout), options_(options)
    {
    }

    /// Returns when the program may end.
    void run()
    {
        asio::co_spawn(loop_, reload_on_hangup(), asio::detached);
        asio::co_spawn(loop_, end_on_signal(), asio::detached);
        loop_.run();
    }

private:
    asio::awaitable<void> reload_on_hangup()
    {
        for (;;) {
            co_await hangup_.async_wait(token);
            reload();
        }
    }

    void reload()
    {
        if (options_.demo) {
            log_.write(LogLevel::warn, "reload_refused", {{"why", "the demo has no configuration file"}});
            return;
        }
        auto inputs = inputs_of_process();
        if (!options_.config_file.empty()) {
            inputs.file = options_.config_file;
        }
        if (!options_.listen.empty()) {
            inputs.overrides.emplace_back("server.listen", options_.listen);
        }
        auto loaded = load_config(inputs);
        app_.metrics().count_reload(loaded.has_value());
        if (!loaded) {
            for (const auto& problem : loaded.error()) {
                log_.write(LogLevel::error, "reload_refused", {{"why", std::string_view(problem.to_string())}});
            }
            return;
        }
        const auto sources = static_cast<std::int64_t>(loaded->sources.size());
        try {
            for (const auto& name : app_.reload(std::move(*loaded))) {
                log_.write(LogLevel::warn, "restart_needed", {{"setting", std::string_view(name)}});
            }
        } catch (const boost::system::system_error& error) {
            log_.write(LogLevel::error, "reload_refused", {{"why", std::string_view(error.what())}});
            return;
        }
        log_.write(LogLevel::info, "reloaded", {{"sources", sources}});
    }

    asio::awaitable<void> end_on_signal()
    {
        co_await end_.async_wait(token);
        log_.write(LogLevel::info, "stopping", {{"drain_ms", std::int64_t{drain_timeout_.count()}}});
        asio::co_spawn(loop_, end_at_once_on_second_signal(), asio::detached);
        app_.announce_drain();
        asio::steady_timer timer(loop_, drain_delay_);
        co_await timer.async_wait(token);
        app_.drain();
        const auto give_up = std::chrono::steady_clock::now() + drain_timeout_;
        while (!app_.drained() && std::chrono::steady_clock::now() < give_up) {
            timer.expires_after(20ms);
            co_await timer.async_wait(token);
        }
        loop_.stop();
    }

    asio::awaitable<void> end_at_once_on_second_signal()
    {
        co_await end_.async_wait(token);
        log_.write(LogLevel::warn, "stopped_at_once", {});
        log_.flush();
        std::_Exit(exit_failure);
    }

    asio::io_context& loop_;
    asio::signal_set& hangup_;
    asio::signal_set& end_;
    App& app_;
    Log& log_;
    std::chrono::milliseconds drain_delay_;
    std::chrono::milliseconds drain_timeout_;
    CommandOptions options_;
};

/// `server.user` names nobody we can become.
struct CannotBecome : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void print_demo_help(const App& app)
{
    const auto port = app.ports().front();
    fmt::print("\npolyglance demo: four made-up clouds behind one API\n\n  {:<10} {:<12} {:<14} {}\n", "source",
               "provider", "region", "title");
    const auto catalog = app.hub().current();
    for (const auto& source : catalog->sources) {
        fmt::print("  {:<10} {:<12} {:<14} {}\n", source.info->id, to_string(source.info->provider),
                   source.info->region.value_or("-"), source.info->title);
    }
    fmt::print("\nTry:\n  curl -s 'http://127.0.0.1:{0}/v1/images?limit=3&sort=name' | python3 -m json.tool\n"
               "  curl -s 'http://127.0.0.1:{0}/v1/sources' | python3 -m json.tool\n"
               "\nMetrics: http://127.0.0.1:{1}/metrics. Ctrl-C ends it.\n",
               port, app.admin_port());
    std::fflush(stdout);
}

} // namespace

int run_server(Config config, const CommandOptions& options)
{
    keep_memory_out_of_core_dumps();
    raise_open_files_limit();
    for (const int number : {SIGPIPE, SIGUSR1, SIGUSR2}) { // a closed pipe is an error of one write; the others mean
        std::signal(number, SIG_IGN);                      // nothing here: none is the end of the program
    }
    Signals signals; // before listening: who sees the port open may send one
    const SystemClock clock;
    Log log(config.log, stderr, clock);
    std::unique_ptr<DemoClouds> clouds;
    if (options.demo) {
        clouds = std::make_unique<DemoClouds>(clock);
        config.sources = clouds->sources();
        config.server.admin = ListenAddress{.host = "127.0.0.1", .port = 0}; // 9090 is often Prometheus itself
    }
    if (config.sources.empty()) {
        log.write(LogLevel::warn, "no_sources", {{"why", "nothing is configured; see docs/configuration.md"}});
    }
    App app(config, log, clock);
    try {
        app.start([&config] {
            const auto refused = config.server.user.empty() ? "" : become_user(config.server.user);
            if (!refused.empty()) {
                throw CannotBecome(refused);
            }
        });
    } catch (const CannotBecome& error) {
        fmt::print(stderr, "polyglance: server.user: {}\n", error.what());
        return exit_bad_config;
    } catch (const std::exception& error) {
        fmt::print(stderr, "polyglance: cannot listen: {}\n", error.what());
        return exit_failure;
    }
    if (geteuid() == 0 && !options.demo) {
        log.write(LogLevel::warn, "running_as_root",
                  {{"why", "nothing here needs it once ports are open: server.user names whom to become"}});
    }
    log.write(LogLevel::info, "serving",
              {{"port", std::int64_t{app.ports().front()}},
               {"admin_port", std::int64_t{app.admin_port()}},
               {"sources", static_cast<std::int64_t>(config.sources.size())}});
    if (options.demo) {
        print_demo_help(app);
    }
    Control(signals, app, log, config, options).run();
    app.stop();
    log.write(LogLevel::info, "stopped", {});
    log.flush();
    return exit_ok;
}

} // namespace polyglance
