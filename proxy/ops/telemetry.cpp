#include "proxy/ops/telemetry.hpp"

namespace polyglance {

void Telemetry::answered(const ExchangeReport& report)
{
    const std::size_t bytes = report.response.body ? report.response.body->identity().size() : 0;
    metrics_.count_request(report.route, report.response.status, static_cast<double>(report.took.count()) * 1e-6,
                           bytes);
    // The query is left out: it may hold what a client put there by mistake, a token for example.
    log_.write(report.response.status >= 500 ? LogLevel::warn : LogLevel::info, "request",
               {{"method", to_string(report.request.method)},
                {"path", std::string_view(report.request.path)},
                {"status", std::int64_t{report.response.status}},
                {"bytes", static_cast<std::int64_t>(bytes)},
                {"ms", static_cast<double>(report.took.count()) * 1e-3},
                {"peer", std::string_view(report.request.peer)},
                {"request_id", std::string_view(report.request.request_id)}});
}

void Telemetry::handler_failed(const Request& request, std::string_view what)
{
    metrics_.count_bug();
    log_.write(LogLevel::error, "internal_error",
               {{"path", std::string_view(request.path)},
                {"request_id", std::string_view(request.request_id)},
                {"what", what}});
}

void Telemetry::deleted(const DeleteAudit& audit)
{
    metrics_.count_delete(audit.source.empty() ? "none" : audit.source, audit.outcome);
    log_.write(LogLevel::info, "delete",
               {{"who", std::string_view(audit.who)},
                {"peer", std::string_view(audit.peer)},
                {"uid", std::string_view(audit.uid)},
                {"outcome", std::string_view(audit.outcome)},
                {"ms", static_cast<std::int64_t>(audit.took.count())},
                {"request_id", std::string_view(audit.request_id)}});
}

void Telemetry::memory_pressure(MemoryPressure pressure, std::size_t used_bytes, std::size_t limit_bytes)
{
    const std::string_view word = pressure == MemoryPressure::none   ? "none"
                                  : pressure == MemoryPressure::high ? "high"
                                                                     : "severe";
    log_.write(pressure == MemoryPressure::none ? LogLevel::info : LogLevel::warn, "memory_pressure",
               {{"is", word},
                {"used_bytes", static_cast<std::int64_t>(used_bytes)},
                {"limit_bytes", static_cast<std::int64_t>(limit_bytes)}});
}

void Telemetry::drained(const DrainReport& report)
{
    const auto outcome = report.error ? to_string(report.error->error_class) : std::string_view("ok");
    metrics_.count_drain(report.source, outcome, static_cast<double>(report.took.count()) * 1e-3, *report.result);
    log_.write(report.error ? LogLevel::warn : LogLevel::info, "drain",
               {{"source", report.source},
                {"outcome", outcome},
                {"message", report.error ? std::string_view(report.error->message) : std::string_view{}},
                {"images", static_cast<std::int64_t>(report.images)},
                {"changed", report.changed},
                {"incremental", report.result->incremental},
                {"pages", static_cast<std::int64_t>(report.result->pages)},
                {"bytes", static_cast<std::int64_t>(report.result->bytes)},
                {"kept", static_cast<std::int64_t>(report.result->kept)},
                {"decoded", static_cast<std::int64_t>(report.result->decoded())},
                {"rejected", static_cast<std::int64_t>(report.result->rejected)},
                {"ms", static_cast<std::int64_t>(report.took.count())}});
}

void Telemetry::loaded_from_store(std::string_view source, std::size_t images)
{
    metrics_.count_store_load(source);
    log_.write(LogLevel::info, "loaded_from_store",
               {{"source", source}, {"images", static_cast<std::int64_t>(images)}});
}

void Telemetry::circuit_changed(std::string_view source, CircuitState state)
{
    log_.write(state == CircuitState::closed ? LogLevel::info : LogLevel::warn, "circuit",
               {{"source", source}, {"state", to_string(state)}});
}

void Telemetry::store_changed(const StoreHealth& health)
{
    const bool well = health.trouble.empty();
    log_.write(well ? LogLevel::info : LogLevel::warn, "redis",
               {{"connected", health.connected},
                {"message", well ? std::string_view("in use") : std::string_view(health.trouble)}});
}

void Telemetry::task_failed(std::string_view what)
{
    metrics_.count_bug();
    log_.write(LogLevel::error, "internal_error", {{"what", what}});
}

} // namespace polyglance
