#pragma once

#include "cache/store.hpp"
#include "proxy/api/context.hpp"
#include "proxy/http/dispatch.hpp"
#include "proxy/ops/log.hpp"
#include "proxy/ops/memory_watch.hpp"
#include "proxy/ops/metrics.hpp"
#include "proxy/refresh/observer.hpp"

namespace polyglance {

/// Turns what the front and the refreshers report into log lines and metrics.
class Telemetry final : public FrontObserver, public RefreshObserver {
public:
    Telemetry(Log& log, Metrics& metrics) : log_(log), metrics_(metrics) {}

    void answered(const ExchangeReport& report) override;
    void handler_failed(const Request& request, std::string_view what) override;

    /// Every DELETE leaves one line, whatever became of it.
    void deleted(const DeleteAudit& audit);

    void memory_pressure(MemoryPressure pressure, std::size_t used_bytes, std::size_t limit_bytes);

    void drained(const DrainReport& report) override;
    void loaded_from_store(std::string_view source, std::size_t images) override;
    void circuit_changed(std::string_view source, CircuitState state) override;
    void task_failed(std::string_view what) override;

    /// The store became of use, or ceased to be.
    void store_changed(const StoreHealth& health);

private:
    Log& log_;
    Metrics& metrics_;
};

} // namespace polyglance
