#include "model/json/write.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace polyglance::json {
namespace {

bool needs_escape(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// The first byte at or behind `at` that needs an escape. Eight at a time: nearly all text has none.
const char* find_special(const char* at, const char* end)
{
    constexpr std::uint64_t ones = 0x0101010101010101ULL;
    constexpr std::uint64_t tops = 0x80 * ones;
    const auto has_zero = [](std::uint64_t word) { return (word - ones) & ~word & tops; };
    for (std::uint64_t word = 0; end - at >= 8; at += 8) {
        std::memcpy(&word, at, sizeof word);
        const auto below_blank = (word - 0x20 * ones) & ~word & tops;
        if ((below_blank | has_zero(word ^ '"' * ones) | has_zero(word ^ '\\' * ones)) != 0) {
            break;
        }
    }
    return std::find_if(at, end, needs_escape);
}

/// Without a branch per word, so that the compiler takes wide registers for it.
template <std::size_t Size>
bool is_ascii(const unsigned char* bytes)
{
    std::array<std::uint64_t, Size / 8> words;
    std::memcpy(words.data(), bytes, Size);
    std::uint64_t all = 0;
    for (const auto word : words) {
        all |= word;
    }
    return (all & 0x8080808080808080ULL) == 0;
}

void append_escape(std::string& out, char c)
{
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\b':
        out += "\\b";
        return;
    case '\f':
        out += "\\f";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        break;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += hex[byte >> 4];
    out += hex[byte & 15];
}

} // namespace

void append_quoted(std::string& out, std::string_view text)
{
    out += '"';
    const auto* at = text.data();
    const auto* const end = at + text.size();
    while (at != end) {
        const auto* const special = find_special(at, end);
        out.append(at, special);
        if (special == end) {
            break;
        }
        append_escape(out, *special);
        at = special + 1;
    }
    out += '"';
}

void append_key(std::string& out, std::string_view key)
{
    if (!out.empty() && out.back() != '{' && out.back() != '[') {
        out += ',';
    }
    append_quoted(out, key);
    out += ':';
}

bool valid_utf8(std::string_view text)
{
    constexpr std::size_t block = 64;
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        // Many ASCII bytes at a time: nearly all of a listing.
        if (left >= static_cast<utf8proc_ssize_t>(block) && is_ascii<block>(at)) {
            at += block;
            left -= block;
            continue;
        }
        if (left >= 8 && is_ascii<8>(at)) {
            at += 8;
            left -= 8;
            continue;
        }
        utf8proc_int32_t code_point = 0;
        const auto size = utf8proc_iterate(at, left, &code_point);
        if (size <= 0) {
            return false;
        }
        at += size;
        left -= size;
    }
    return true;
}

} // namespace polyglance::json
