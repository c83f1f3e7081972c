#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "model/digest.hpp"

namespace polyglance {

/// Hashes for tables and for telling whether content is the same: the same on every replica, not cryptographic.
inline std::uint64_t hash_of(std::string_view text)
{
    return XXH3_64bits(text.data(), text.size());
}

inline std::uint64_t hash_of(std::int64_t number)
{
    return XXH3_64bits(&number, sizeof number);
}

inline RowDigest digest_of(std::span<const std::uint64_t> numbers)
{
    const XXH128_hash_t hash = XXH3_128bits(numbers.data(), numbers.size_bytes());
    return {.high = hash.high64, .low = hash.low64};
}

} // namespace polyglance
