#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/dictionary.hpp"
#include "cache/hash.hpp"

namespace polyglance {

/// Gives equal values equal codes, in order of appearance from 1 on.
/// T: std::string_view (not copied: the text lives elsewhere) or std::int64_t.
template <class T>
class Interner {
public:
    Code find(T value, std::uint64_t hash) const
    {
        return slots_.empty() ? null_code : slots_[slot_of(value, hash)].code;
    }

    /// The code of `value`; a new one is kept as `keep(value)`.
    template <class Keep>
    Code intern(T value, std::uint64_t hash, Keep keep)
    {
        if (values_.size() * 2 >= slots_.size()) {
            grow();
        }
        Slot& slot = slots_[slot_of(value, hash)];
        if (slot.code == null_code) {
            values_.push_back(keep(value));
            slot = {.place = place_of(hash), .code = static_cast<Code>(values_.size())};
        }
        return slot.code;
    }
    Code intern(T value)
    {
        return intern(value, hash_of(value), [](T same) { return same; });
    }

    Code size() const { return static_cast<Code>(values_.size()); }
    T value(Code code) const { return values_[code - 1]; }
    const std::vector<T>& values() const { return values_; } ///< of code 1, 2 ...
    std::size_t memory_bytes() const { return values_.capacity() * sizeof(T) + slots_.capacity() * sizeof(Slot); }

private:
    /// The place stands beside the code: values, which lie far away, are looked at only when it is the same.
    struct Slot {
        std::uint32_t place = 0;
        Code code = null_code;
    };

    std::size_t slot_of(T value, std::uint64_t hash) const
    {
        const auto mask = slots_.size() - 1;
        const auto place = place_of(hash);
        auto at = place & mask;
        while (slots_[at].code != null_code && (slots_[at].place != place || values_[slots_[at].code - 1] != value)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    void grow()
    {
        const auto before = std::exchange(slots_, std::vector<Slot>(std::max<std::size_t>(16, slots_.size() * 2)));
        const auto mask = slots_.size() - 1;
        for (const Slot& slot : before) {
            if (slot.code != null_code) {
                auto at = slot.place & mask;
                while (slots_[at].code != null_code) {
                    at = (at + 1) & mask;
                }
                slots_[at] = slot;
            }
        }
    }

    std::vector<T> values_;
    std::vector<Slot> slots_; // open addressing, a power of two
};

/// Orders as the text does, as far as it reaches.
inline std::uint64_t sort_prefix(std::string_view text)
{
    std::array<unsigned char, sizeof(std::uint64_t)> head{};
    std::copy_n(text.begin(), std::min(text.size(), head.size()), head.begin());
    std::uint64_t prefix = 0;
    for (const auto byte : head) {
        prefix = prefix << 8 | byte;
    }
    return prefix;
}

inline std::uint64_t sort_prefix(std::int64_t number)
{
    return static_cast<std::uint64_t>(number) ^ std::uint64_t{1} << 63;
}

/// The codes of an interner's values, 1 to n, in the order of the values. Most comparisons end at the first bytes,
/// which are laid side by side for it.
template <class T>
std::vector<Code> sorted_codes(const std::vector<T>& values)
{
    struct Entry {
        std::uint64_t prefix;
        Code code;
    };
    std::vector<Entry> entries;
    entries.reserve(values.size());
    for (const T value : values) {
        entries.push_back({.prefix = sort_prefix(value), .code = static_cast<Code>(entries.size() + 1)});
    }
    std::ranges::sort(entries, [&](const Entry& a, const Entry& b) {
        return a.prefix != b.prefix ? a.prefix < b.prefix : values[a.code - 1] < values[b.code - 1];
    });
    std::vector<Code> codes;
    codes.reserve(entries.size());
    std::ranges::transform(entries, std::back_inserter(codes), &Entry::code);
    return codes;
}

} // namespace polyglance
