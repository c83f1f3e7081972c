#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "model/clock.hpp"

namespace polyglance {

/// Reads the value of `Retry-After`, seconds or an HTTP date, as a time from `now` on: never negative, at most an hour.
/// Empty when it is neither.
std::optional<std::chrono::seconds> read_retry_after(std::string_view value, Instant now);

} // namespace polyglance
