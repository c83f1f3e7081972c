#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyglance::config {

/// `250ms`, `5s`, `10m`, `24h` or a bare `0`; empty for anything else, also below zero.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// Bytes, plain or with `KiB`, `MiB`, `GiB`, `TiB`; empty for anything else.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// `0%`..`100%` or a bare `0`, as 0..100.
std::optional<unsigned> parse_percent(std::string_view text);
/// Decimal digits only.
std::optional<std::uint64_t> parse_count(std::string_view text);
/// YAML's words for true and false, those of YAML 1.1 among them (`yes`, `off`), as OpenStack's own files use them.
std::optional<bool> parse_flag(std::string_view text);

/// In the largest unit that needs no fraction; reads back as the same value.
std::string format_duration(std::chrono::milliseconds value);
std::string format_size(std::uint64_t bytes);

} // namespace polyglance::config
