#pragma once

#include <optional>
#include <span>

#include "proxy/api/list_request.hpp"
#include "proxy/api/source_status.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {

/// Whether a list may be answered from sources in these states, or which problem it is (unified API 4).
std::optional<Problem> refuse_states(std::span<const ShownSource> shown, OnPartial on_partial, Instant now);

} // namespace polyglance
