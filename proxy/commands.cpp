#include "proxy/commands.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "adapters/drain.hpp"
#include "adapters/http/beast_client.hpp"
#include "adapters/retry_budget.hpp"
#include "config/load.hpp"
#include "proxy/build_info.hpp"
#include "proxy/server_run.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

std::optional<Config> load_or_report(const CommandOptions& options)
{
    auto inputs = inputs_of_process();
    if (!options.config_file.empty()) {
        inputs.file = options.config_file;
    }
    if (!options.listen.empty()) {
        inputs.overrides.emplace_back("server.listen", options.listen);
    }
    auto loaded = load_config(inputs);
    if (!loaded) {
        for (const auto& problem : loaded.error()) {
            fmt::print(stderr, "{}\n", problem.to_string());
        }
        fmt::print(stderr, "polyglance: {} problem{} in the configuration, nothing was started\n",
                   loaded.error().size(), loaded.error().size() == 1 ? "" : "s");
        return std::nullopt;
    }
    for (const auto& warning : loaded->warnings) {
        fmt::print(stderr, "warning: {}\n", warning);
    }
    return std::move(*loaded);
}

struct LiveResult {
    DrainResult drain;
    std::size_t images = 0;
    std::chrono::milliseconds took{};
};

asio::awaitable<void> try_source(const SourceConfig& config, HttpClient& http, const Clock& clock, LiveResult& out)
{
    const auto adapter = make_adapter(config, http, clock);
    const auto began = clock.steady_now();
    const auto discovered = co_await adapter->discover(began + 2s);
    static_cast<void>(discovered); // the listing itself will tell
    RetryBudget budget;
    DrainLimits limits;
    limits.max_images = config.max_images;
    limits.deadline = began + config.drain_timeout;
    NoReceiver nowhere;
    ImageFilter counting(nowhere, [](const WireImage&) { return true; });
    out.drain = co_await drain(*adapter, limits, budget, counting, clock);
    out.images = counting.passed();
    out.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - began);
}

/// Logs in to every source and reads its list, all at the same time. True when all could be read to their end.
bool try_all_sources(const Config& config)
{
    const SystemClock clock;
    asio::io_context loop;
    std::vector<LiveResult> results(config.sources.size());
    bool all_good = true;
    {
        const auto http = make_http_client(loop.get_executor(), clock);
        for (std::size_t i = 0; i < config.sources.size(); ++i) {
            if (config.sources[i].enabled) {
                asio::co_spawn(loop, try_source(config.sources[i], *http, clock, results[i]), asio::detached);
            }
        }
        loop.run();
    }
    for (std::size_t i = 0; i < config.sources.size(); ++i) {
        const auto& source = config.sources[i];
        const auto& result = results[i];
        const bool good = !source.enabled || result.drain.complete;
        all_good = all_good && good;
        const std::string detail =
            !source.enabled ? "disabled"
            : good ? fmt::format("{} images, {} pages, {} rows rejected, {} ms", result.images, result.drain.pages,
                                 result.drain.rejected, result.took.count())
            : result.drain.error
                ? fmt::format("{}: {}", to_string(result.drain.error->error_class), result.drain.error->message)
                : std::string(result.drain.reason);
        fmt::print("{:<32} {:<12} {:<6} {}\n", source.id, to_string(source.provider), good ? "ok" : "FAILED", detail);
    }
    return all_good;
}

} // namespace

int serve_command(const CommandOptions& options)
{
    auto config = load_or_report(options);
    if (!config) {
        return exit_bad_config;
    }
    return run_server(std::move(*config), options);
}

int check_command(const CommandOptions& options)
{
    const auto config = load_or_report(options);
    if (!config) {
        return exit_bad_config;
    }
    fmt::print("# {}\n{}", config->file.empty() ? "no configuration file, defaults only" : config->file,
               describe(*config));
    fmt::print("# good: {} source{}. A change of server, cache.redis, cache.memory, query.walk_grace or log needs a "
               "restart; the rest is taken over on SIGHUP.\n",
               config->sources.size(), config->sources.size() == 1 ? "" : "s");
    if (options.live && !try_all_sources(*config)) {
        return exit_failure;
    }
    return exit_ok;
}

int healthcheck_command(const CommandOptions& options)
{
    std::string url_error;
    const auto slash = options.url.find('/', options.url.find("://") + 3);
    const auto endpoint = parse_endpoint(options.url.substr(0, slash), url_error);
    if (!endpoint) {
        fmt::print(stderr, "polyglance: --url: {}\n", url_error);
        return exit_usage;
    }
    const SystemClock clock;
    asio::io_context loop;
    Result<HttpResponse> answer = failure(ErrorClass::timeout, "no answer");
    {
        const auto http = make_http_client(loop.get_executor(), clock);
        HttpRequest request{.endpoint = *endpoint,
                            .target = slash == std::string::npos ? "/" : options.url.substr(slash),
                            .allow_loopback = true}; // this machine is where the server is looked for
        asio::co_spawn(loop, http->send(std::move(request), clock.steady_now() + 5s, HttpLimits{}, nullptr),
                       [&](const std::exception_ptr& error, Result<HttpResponse> result) {
                           if (!error) {
                               answer = std::move(result);
                           }
                           loop.stop();
                       });
        loop.run();
    }
    if (!answer || answer->status != 200) {
        fmt::print(stderr, "unhealthy: {}\n",
                   answer ? fmt::format("status {}", answer->status) : answer.error().message);
        return exit_failure;
    }
    fmt::print("healthy\n");
    return exit_ok;
}

int version_command()
{
    const auto info = build_info({});
    fmt::print("polyglance {} ({}, {})\n", info.version, info.commit, info.compiler);
    for (const auto& [name, version] : info.libraries) {
        fmt::print("  {:<14} {}\n", name, version);
    }
    return exit_ok;
}

} // namespace polyglance
