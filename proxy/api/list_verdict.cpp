#include "proxy/api/list_verdict.hpp"

#include <algorithm>
#include <vector>

#include "proxy/api/envelope.hpp"

namespace polyglance {
namespace {

bool was_asked(const ShownSource& shown)
{
    return shown.state != SourceState::skipped && shown.state != SourceState::disabled;
}

bool gave_nothing(const ShownSource& shown)
{
    return shown.state == SourceState::error || shown.state == SourceState::pending;
}

bool has_fault(const ShownSource& shown, ErrorClass error_class)
{
    const auto& fault = shown.source->status.fault;
    return fault && fault->error_class == error_class;
}

/// Nothing is wrong that time alone would not heal: worth a Retry-After.
bool only_needs_time(const ShownSource& shown)
{
    return shown.state == SourceState::pending || shown.source->status.circuit == CircuitState::open ||
           has_fault(shown, ErrorClass::throttled) || has_fault(shown, ErrorClass::circuit_open) ||
           has_fault(shown, ErrorClass::overloaded);
}

Problem all_failed(std::span<const ShownSource> shown, std::span<const ShownSource> asked, Instant now)
{
    Problem out{.code = "all_sources_failed", .status = 502, .detail = "Every selected source failed, see sources."};
    if (std::all_of(asked.begin(), asked.end(), only_needs_time)) {
        out.status = 503;
        out.detail = "Every selected source is still starting, throttled or resting after failures, see sources.";
        out.retry_after = retry_after(asked, now);
    } else if (std::any_of(asked.begin(), asked.end(),
                           [](const ShownSource& source) { return has_fault(source, ErrorClass::timeout); })) {
        out.status = 504;
    }
    out.sources_json = source_status_array(shown, Matched::shown);
    return out;
}

} // namespace

std::optional<Problem> refuse_states(std::span<const ShownSource> shown, OnPartial on_partial, Instant now)
{
    std::vector<ShownSource> asked;
    std::copy_if(shown.begin(), shown.end(), std::back_inserter(asked), was_asked);
    if (!asked.empty() && std::all_of(asked.begin(), asked.end(), gave_nothing)) {
        return all_failed(shown, asked, now);
    }
    const bool stale = std::any_of(asked.begin(), asked.end(),
                                   [](const ShownSource& source) { return source.state == SourceState::stale; });
    const bool missing = !is_complete(shown);
    if (on_partial != OnPartial::allow && (missing || (on_partial == OnPartial::fresh && stale))) {
        return Problem{.code = "incomplete",
                       .detail = missing ? "A selected source is missing or partial, see sources."
                                         : "A selected source is stale, see sources.",
                       .retry_after = retry_after(asked, now),
                       .sources_json = source_status_array(shown, Matched::shown)};
    }
    return std::nullopt;
}

} // namespace polyglance
