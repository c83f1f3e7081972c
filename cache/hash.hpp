#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <random>
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

/// Differs from one process to the next.
inline const std::uint64_t table_key = std::uint64_t{std::random_device()()} << 32 | std::random_device()() | 1U;

/// Where a value with that hash goes in a table. Clouds choose what is hashed, and anybody can compute `hash_of`: of
/// its bits themselves, they could make thousands of values that all want the same place.
inline std::uint32_t place_of(std::uint64_t hash)
{
    return static_cast<std::uint32_t>((hash * table_key) >> 32);
}

inline RowDigest digest_of(std::span<const std::uint64_t> numbers)
{
    const XXH128_hash_t hash = XXH3_128bits(numbers.data(), numbers.size_bytes());
    return {.high = hash.high64, .low = hash.low64};
}

} // namespace polyglance
