#include "model/source_state.hpp"

#include <array>

namespace polyglance {

std::string_view to_string(SourceState state)
{
    constexpr std::array<std::string_view, 7> words{"fresh",   "stale",   "partial", "error",
                                                    "pending", "skipped", "disabled"};
    return words.at(static_cast<std::size_t>(state));
}

std::string_view to_string(CircuitState state)
{
    constexpr std::array<std::string_view, 3> words{"closed", "open", "half_open"};
    return words.at(static_cast<std::size_t>(state));
}

SourceState state_of(const SourceStatus& status, bool has_snapshot, Instant now)
{
    if (status.disabled) {
        return SourceState::disabled;
    }
    if (!has_snapshot) {
        return status.fault ? SourceState::error : SourceState::pending;
    }
    if (status.cut_short || status.rows_rejected > 0) {
        return SourceState::partial;
    }
    return status.expires_at && now < *status.expires_at ? SourceState::fresh : SourceState::stale;
}

} // namespace polyglance
