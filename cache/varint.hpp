#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace polyglance {

/// Appends a number in groups of seven bits, the low group first.
inline void append_varint(std::string& out, std::uint64_t number)
{
    for (; number >= 0x80; number >>= 7) {
        out += static_cast<char>(number | 0x80);
    }
    out += static_cast<char>(number);
}

/// Takes a number off the front of `bytes`. False when there is none whole.
inline bool take_varint(std::string_view& bytes, std::uint64_t& number)
{
    number = 0;
    unsigned shift = 0;
    for (std::size_t i = 0; i < bytes.size() && shift < 64; ++i, shift += 7) {
        const auto piece = static_cast<unsigned char>(bytes[i]);
        number |= static_cast<std::uint64_t>(piece & 0x7f) << shift;
        if (piece < 0x80) {
            bytes.remove_prefix(i + 1);
            return true;
        }
    }
    return false;
}

} // namespace polyglance
