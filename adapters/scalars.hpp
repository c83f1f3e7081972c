#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/composed_texts.hpp"
#include "model/clock.hpp"
#include "model/image.hpp"
#include "model/json/tape.hpp"

/// What the wire formats of all providers have in common.
namespace polyglance::wire {

/// What one wire value says about one field: a value; nothing, because it is null or empty text; or something outside
/// the contract, which belongs into `Image::properties` as it came.
template <class T>
struct Reading {
    std::optional<T> value = std::nullopt;
    bool unreadable = false;
};

/// ASCII only; other bytes stay.
constexpr char lower_char(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
/// `text` itself where it is in lower case already.
std::string_view to_lower(std::string_view text, ComposedTexts& texts);
/// True when `text` in lower case is `lower`.
bool same_word(std::string_view text, std::string_view lower);

/// The longest id we take. Longer ones would not fit into a request line with room to spare.
inline constexpr std::size_t most_id_bytes = 512;
/// null, or text that is empty or blank.
bool says_nothing(json::Value value);

/// An image id: text, not empty, at most `most_id_bytes`, without control characters.
Reading<std::string_view> read_id(json::Value value);

/// Text as sent; empty or blank text says nothing.
Reading<std::string_view> read_text(json::Value value);
/// Text of Nova's metadata, where `None` and `null` in any case say nothing either.
Reading<std::string_view> read_metadata_text(json::Value value);
/// Text in lower case, for example a disk format.
Reading<std::string_view> read_lower_text(json::Value value, ComposedTexts& texts);
/// true, false, 0, 1, as JSON or as text in any case.
Reading<bool> read_bool(json::Value value);
/// A whole number from 0 up to int64, as JSON or as decimal text.
Reading<std::int64_t> read_count(json::Value value);
/// As `read_count`, where 0 stands for "not known".
Reading<std::int64_t> read_size(json::Value value);
/// The forms of `parse_timestamp`.
Reading<Instant> read_timestamp(json::Value value);
/// 32 or 64.
Reading<int> read_bits(json::Value value);
/// Hex digits, in lower case.
Reading<std::string_view> read_hex(json::Value value, ComposedTexts& texts);
/// One of the firmwares we know: bios, uefi, in any case.
Reading<std::string_view> read_firmware(json::Value value, ComposedTexts& texts);

/// `enum_from` of `word` in lower case.
template <class Enum>
std::optional<Enum> enum_in_any_case(std::string_view word)
{
    std::array<char, 32> lower; // no word is as long
    if (word.size() > lower.size()) {
        return std::nullopt;
    }
    std::ranges::transform(word, lower.begin(), lower_char);
    return enum_from<Enum>({lower.data(), word.size()});
}

/// One of the words of an enumeration, in any case.
template <class Enum>
Reading<Enum> read_word(json::Value value)
{
    if (says_nothing(value)) {
        return {};
    }
    const auto word = value.is(json::Kind::string) ? enum_in_any_case<Enum>(value.text()) : std::nullopt;
    return {.value = word, .unreadable = !word};
}

/// As OpenStack writes it, to the second: 2014-02-10T17:05:01Z. Digits follow only when there is a fraction to tell.
std::string format_seconds(Instant instant);

} // namespace polyglance::wire
