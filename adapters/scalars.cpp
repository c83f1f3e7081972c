#include "adapters/scalars.hpp"

#include <algorithm>
#include <charconv>

namespace polyglance::wire {
namespace {

using json::Kind;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
char upper_char(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool is_blank(std::string_view text)
{
    if (!text.empty() && static_cast<unsigned char>(text.front()) > ' ') {
        return false;
    }
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_control(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

/// Digits and small letters up to f. Without a branch per character: checksums are long.
bool is_hex(std::string_view text)
{
    unsigned wrong = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool digit = static_cast<unsigned char>(byte - '0') < 10;
        const bool letter = static_cast<unsigned char>(byte - 'a') < 6;
        wrong |= static_cast<unsigned>(!(digit || letter));
    }
    return wrong == 0;
}

std::optional<std::int64_t> parse_decimal(std::string_view text)
{
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool whole = error == std::errc{} && stop == end;
    return whole ? std::optional(number) : std::nullopt;
}

} // namespace

std::string to_lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower_char);
    return out;
}

std::string_view to_lower(std::string_view text, ComposedTexts& texts)
{
    const bool is_lower = std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return is_lower ? text : texts.keep(to_lower(text));
}

std::string to_upper(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), upper_char);
    return out;
}

bool says_nothing(json::Value value)
{
    return value.is(Kind::null) || (value.is(Kind::string) && is_blank(value.text()));
}

bool same_word(std::string_view text, std::string_view lower)
{
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return lower_char(a) == b; });
}

Reading<std::string_view> read_id(json::Value value)
{
    const auto text = value.text();
    const bool good = value.is(Kind::string) && !is_blank(text) && text.size() <= most_id_bytes &&
                      std::none_of(text.begin(), text.end(), is_control);
    return good ? Reading<std::string_view>{text} : Reading<std::string_view>{.unreadable = true};
}

Reading<std::string_view> read_text(json::Value value)
{
    if (says_nothing(value)) {
        return {};
    }
    return value.is(Kind::string) ? Reading<std::string_view>{value.text()}
                                  : Reading<std::string_view>{.unreadable = true};
}

Reading<std::string_view> read_metadata_text(json::Value value)
{
    const auto text = read_text(value);
    if (text.value && (same_word(*text.value, "none") || same_word(*text.value, "null"))) {
        return {};
    }
    return text;
}

Reading<std::string_view> read_lower_text(json::Value value, ComposedTexts& texts)
{
    auto text = read_text(value);
    if (text.value) {
        text.value = to_lower(*text.value, texts);
    }
    return text;
}

Reading<bool> read_bool(json::Value value)
{
    if (says_nothing(value)) {
        return {};
    }
    if (value.is(Kind::array) || value.is(Kind::object)) {
        return {.unreadable = true};
    }
    const auto word = value.text();
    if (same_word(word, "true") || word == "1") {
        return {true};
    }
    if (same_word(word, "false") || word == "0") {
        return {false};
    }
    return {.unreadable = true};
}

Reading<std::int64_t> read_count(json::Value value)
{
    if (says_nothing(value)) {
        return {};
    }
    const bool text = value.is(Kind::string);
    if (text && !is_digit(value.text().front())) {
        return {.unreadable = true};
    }
    const auto number = text ? parse_decimal(value.text()) : value.as_int64();
    return number && *number >= 0 ? Reading<std::int64_t>{*number} : Reading<std::int64_t>{.unreadable = true};
}

Reading<std::int64_t> read_size(json::Value value)
{
    const auto count = read_count(value);
    return count.value == 0 ? Reading<std::int64_t>{} : count;
}

Reading<Instant> read_timestamp(json::Value value)
{
    if (says_nothing(value)) {
        return {};
    }
    const bool scalar = value.is(Kind::string) || value.is(Kind::number);
    const auto instant = scalar ? parse_timestamp(value.text()) : std::nullopt;
    return instant ? Reading<Instant>{*instant} : Reading<Instant>{.unreadable = true};
}

Reading<int> read_bits(json::Value value)
{
    const auto count = read_count(value);
    if (count.value == 32 || count.value == 64) {
        return {static_cast<int>(*count.value)};
    }
    return {.unreadable = count.unreadable || count.value};
}

Reading<std::string_view> read_hex(json::Value value, ComposedTexts& texts)
{
    const auto text = read_text(value);
    if (!text.value || is_hex(*text.value)) {
        return text;
    }
    const auto lower = to_lower(*text.value, texts);
    return is_hex(lower) ? Reading<std::string_view>{lower} : Reading<std::string_view>{.unreadable = true};
}

Reading<std::string_view> read_firmware(json::Value value, ComposedTexts& texts)
{
    const auto text = read_lower_text(value, texts);
    if (text.value && text.value != "bios" && text.value != "uefi") {
        return {.unreadable = true};
    }
    return text;
}

std::string format_seconds(Instant instant)
{
    std::string text = format_timestamp(instant);
    constexpr std::string_view no_fraction = ".000000Z";
    if (text.ends_with(no_fraction)) {
        text.replace(text.size() - no_fraction.size(), no_fraction.size(), "Z");
    }
    return text;
}

} // namespace polyglance::wire
