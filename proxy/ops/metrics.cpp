#include "proxy/ops/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <mutex>

namespace polyglance {
namespace {

using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;
using Histograms = prometheus::Family<prometheus::Histogram>;

const prometheus::Histogram::BucketBoundaries request_buckets{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                              0.025,  0.1,     0.5,    2,     10,     30};
const prometheus::Histogram::BucketBoundaries drain_buckets{0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120};

constexpr std::array states{SourceState::fresh, SourceState::stale,   SourceState::partial,
                            SourceState::error, SourceState::pending, SourceState::disabled};

} // namespace

struct Metrics::Families {
    prometheus::Registry registry;

    /// One route's counters, looked up once: labels cost more than counting.
    struct RouteMeters {
        prometheus::Counter* bytes;
        prometheus::Histogram* seconds;
        std::map<int, prometheus::Counter*> by_status;
    };
    std::mutex routes_mutex;
    std::map<std::string, RouteMeters, std::less<>> routes;

    Counters& requests = counter("polyglance_http_requests_total", "Answers by route and status");
    Counters& request_bytes = counter("polyglance_http_body_bytes_total", "Uncompressed body bytes by route");
    Histograms& request_seconds = prometheus::BuildHistogram()
                                      .Name("polyglance_http_request_seconds")
                                      .Help("Time from the request head to the ready answer")
                                      .Register(registry);
    Counters& drains = counter("polyglance_drains_total", "Drains by source and outcome");
    Histograms& drain_seconds = prometheus::BuildHistogram()
                                    .Name("polyglance_drain_seconds")
                                    .Help("Time a whole drain took")
                                    .Register(registry);
    Counters& incremental =
        counter("polyglance_drains_incremental_total", "Drains that asked only for what changed, by source");
    Counters& pages = counter("polyglance_upstream_pages_total", "Listing pages read by source");
    Counters& bytes = counter("polyglance_upstream_bytes_total", "Listing bytes read by source");
    Counters& retries = counter("polyglance_upstream_retries_total", "Pages asked for twice, by source");
    Counters& rejected = counter("polyglance_rows_rejected_total", "Rows that could not be read, by source");
    Counters& kept = counter("polyglance_rows_kept_total", "Rows not read again: they came as before, by source");
    Counters& decoded = counter("polyglance_rows_decoded_total", "Rows read as images, by source");
    Counters& deletes = counter("deletes_total", "Deletes by source and outcome");
    Counters& store_loads = counter("polyglance_store_loads_total", "Snapshots taken from the shared store, by source");
    Counters& reloads = counter("polyglance_config_reloads_total", "Configuration reloads by outcome");
    Counters& bugs = counter("polyglance_bugs_total", "Exceptions nobody expected");
    Gauges& source_state = gauge("polyglance_source_state", "1 for the state a source is in");
    Gauges& source_images = gauge("polyglance_source_images", "Images served, by source");
    Gauges& source_age = gauge("polyglance_source_age_seconds", "Time since the served snapshot was fetched");
    Gauges& snapshot_bytes = gauge("polyglance_snapshot_bytes", "Memory of the served snapshot, by source");
    Gauges& connections = gauge("polyglance_http_connections", "Open client connections");
    Gauges& redis = gauge("polyglance_redis", "Redis connection: 1 for what is true");
    Gauges& redis_errors = gauge("polyglance_redis_errors", "Failed Redis commands since start");
    Gauges& log_dropped = gauge("polyglance_log_lines_dropped", "Log lines dropped since start");
    Gauges& page_cache = gauge("polyglance_page_cache_bytes", "Memory of ready pages");
    Gauges& memory = gauge("process_resident_memory_bytes", "Memory in use");
    Gauges& memory_limit = gauge("polyglance_memory_limit_bytes", "Memory that may be used; 0 = no limit");

    Counters& counter(const char* name, const char* help)
    {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    }
    Gauges& gauge(const char* name, const char* help)
    {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    }
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(std::string_view route, int status, double seconds, std::size_t bytes)
{
    if (route.empty()) {
        route = "none";
    }
    prometheus::Counter* count = nullptr;
    prometheus::Counter* byte_count = nullptr;
    prometheus::Histogram* time = nullptr;
    {
        const std::lock_guard lock(families_->routes_mutex);
        auto found = families_->routes.find(route);
        if (found == families_->routes.end()) {
            const std::string name(route);
            Families::RouteMeters meters{.bytes = &families_->request_bytes.Add({{"route", name}}),
                                         .seconds = &families_->request_seconds.Add({{"route", name}}, request_buckets),
                                         .by_status = {}};
            found = families_->routes.emplace(name, std::move(meters)).first;
        }
        auto& by_status = found->second.by_status[status];
        if (by_status == nullptr) {
            by_status = &families_->requests.Add({{"route", std::string(route)}, {"status", std::to_string(status)}});
        }
        count = by_status;
        byte_count = found->second.bytes;
        time = found->second.seconds;
    }
    count->Increment();
    byte_count->Increment(static_cast<double>(bytes));
    time->Observe(seconds);
}

void Metrics::count_drain(std::string_view source, std::string_view outcome, double seconds, const DrainResult& result)
{
    const std::string id(source);
    families_->drains.Add({{"source", id}, {"outcome", std::string(outcome)}}).Increment();
    families_->drain_seconds.Add({{"source", id}}, drain_buckets).Observe(seconds);
    families_->incremental.Add({{"source", id}}).Increment(result.incremental ? 1 : 0);
    families_->pages.Add({{"source", id}}).Increment(static_cast<double>(result.pages));
    families_->bytes.Add({{"source", id}}).Increment(static_cast<double>(result.bytes));
    families_->retries.Add({{"source", id}}).Increment(static_cast<double>(result.retries));
    families_->rejected.Add({{"source", id}}).Increment(static_cast<double>(result.rejected));
    families_->kept.Add({{"source", id}}).Increment(static_cast<double>(result.kept));
    families_->decoded.Add({{"source", id}}).Increment(static_cast<double>(result.decoded()));
}

void Metrics::count_delete(std::string_view source, std::string_view outcome)
{
    families_->deletes.Add({{"source", std::string(source)}, {"outcome", std::string(outcome)}}).Increment();
}

void Metrics::count_store_load(std::string_view source)
{
    families_->store_loads.Add({{"source", std::string(source)}}).Increment();
}

void Metrics::count_reload(bool succeeded)
{
    families_->reloads.Add({{"outcome", succeeded ? "succeeded" : "failed"}}).Increment();
}

void Metrics::count_bug()
{
    families_->bugs.Add({}).Increment();
}

std::string Metrics::render(const Now& now)
{
    for (const auto& source : now.catalog->sources) {
        const std::string id = source.info->id;
        const auto present = state_of(source.status, source.snapshot != nullptr, now.at);
        for (const auto state : states) {
            families_->source_state.Add({{"source", id}, {"state", std::string(to_string(state))}})
                .Set(state == present ? 1 : 0);
        }
        families_->source_images.Add({{"source", id}})
            .Set(source.snapshot ? static_cast<double>(source.snapshot->size()) : 0);
        families_->snapshot_bytes.Add({{"source", id}})
            .Set(source.snapshot ? static_cast<double>(source.snapshot->memory_bytes()) : 0);
        if (source.status.fetched_at) {
            families_->source_age.Add({{"source", id}})
                .Set(std::chrono::duration<double>(now.at - *source.status.fetched_at).count());
        }
    }
    families_->connections.Add({}).Set(static_cast<double>(now.connections));
    families_->redis.Add({{"is", "configured"}}).Set(now.store.configured ? 1 : 0);
    families_->redis.Add({{"is", "connected"}}).Set(now.store.connected ? 1 : 0);
    families_->redis_errors.Add({}).Set(static_cast<double>(now.store.errors));
    families_->log_dropped.Add({}).Set(static_cast<double>(now.log_lines_dropped));
    families_->page_cache.Add({}).Set(static_cast<double>(now.page_cache_bytes));
    families_->memory.Add({}).Set(static_cast<double>(now.memory_bytes));
    families_->memory_limit.Add({}).Set(static_cast<double>(now.memory_limit_bytes));
    return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

} // namespace polyglance
