#include "config/scalars.hpp"

#include <array>
#include <charconv>
#include <span>
#include <utility>

namespace polyglance::config {
namespace {

struct Unit {
    std::string_view word;
    std::uint64_t factor;
};

// Largest first, for formatting.
constexpr std::array<Unit, 4> time_units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 4> size_units{
    {{"TiB", 1ULL << 40}, {"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}}};

// Far above every limit, far below overflow in any caller's arithmetic.
constexpr std::uint64_t largest = 1ULL << 60;

/// The digits in front of `text`, which then holds the rest.
std::optional<std::uint64_t> take_number(std::string_view& text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > largest) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

std::optional<std::uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units)
{
    const auto number = take_number(text);
    if (!number) {
        return std::nullopt;
    }
    for (const auto& unit : units) {
        if (text == unit.word && *number <= largest / unit.factor) {
            return *number * unit.factor;
        }
    }
    return std::nullopt;
}

std::string format_with_unit(std::uint64_t value, std::span<const Unit> units, std::string_view smallest)
{
    for (const auto& unit : units) {
        if (value != 0 && value % unit.factor == 0) {
            return std::to_string(value / unit.factor) + std::string(unit.word);
        }
    }
    return std::to_string(value) + std::string(smallest);
}

} // namespace

std::optional<std::uint64_t> parse_count(std::string_view text)
{
    const auto number = take_number(text);
    return number && text.empty() ? number : std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text)
{
    const auto value = text == "0" ? 0 : parse_with_unit(text, time_units);
    if (!value) {
        return std::nullopt;
    }
    return std::chrono::milliseconds{static_cast<std::int64_t>(*value)};
}

std::optional<std::uint64_t> parse_size(std::string_view text)
{
    const auto plain = parse_count(text);
    return plain ? plain : parse_with_unit(text, size_units);
}

std::optional<unsigned> parse_percent(std::string_view text)
{
    if (text == "0") {
        return 0;
    }
    const auto number = take_number(text);
    if (!number || *number > 100 || text != "%") {
        return std::nullopt;
    }
    return static_cast<unsigned>(*number);
}

std::optional<bool> parse_flag(std::string_view text)
{
    for (const std::string_view word : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"}) {
        if (text == word) {
            return true;
        }
    }
    for (const std::string_view word : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"}) {
        if (text == word) {
            return false;
        }
    }
    return std::nullopt;
}

std::string format_duration(std::chrono::milliseconds value)
{
    return format_with_unit(static_cast<std::uint64_t>(value.count()), time_units, "s");
}

std::string format_size(std::uint64_t bytes)
{
    return format_with_unit(bytes, size_units, "");
}

} // namespace polyglance::config
