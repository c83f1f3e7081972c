#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "adapters/drain.hpp"
#include "model/error.hpp"
#include "model/source_state.hpp"

namespace polyglance {

/// One finished drain of a source.
struct DrainReport {
    std::string_view source;
    const DrainResult* result = nullptr;
    std::optional<Error> error; ///< what the refresh made of it; empty = published
    std::chrono::milliseconds took{};
    std::size_t images = 0; ///< served after it
    bool changed = false;   ///< other content than before
};

/// Hears what refreshing does, for the log and the metrics. Called on the backstage loop.
class RefreshObserver {
public:
    virtual ~RefreshObserver() = default;
    virtual void drained(const DrainReport& report) = 0;
    virtual void loaded_from_store(std::string_view source, std::size_t images) = 0;
    virtual void circuit_changed(std::string_view source, CircuitState state) = 0;
    virtual void task_failed(std::string_view what) = 0; ///< a bug: an exception that nobody expected
};

} // namespace polyglance
