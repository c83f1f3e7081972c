#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string_view>
#include <vector>

#include "cache/dictionary.hpp"
#include "cache/text_blocks.hpp"

namespace polyglance {

/// Gives equal values equal codes while a snapshot is collected, in order of appearance from 1 on.
/// T: std::string_view (copied) or std::int64_t.
template <class T>
class Interner {
public:
    Code find(T value) const { return slots_.empty() ? null_code : slots_[slot_of(value)]; }

    Code intern(T value)
    {
        if (values_.size() * 2 >= slots_.size()) {
            grow();
        }
        Code& slot = slots_[slot_of(value)];
        if (slot == null_code) {
            values_.push_back(keep(value));
            slot = static_cast<Code>(values_.size());
        }
        return slot;
    }

    Code size() const { return static_cast<Code>(values_.size()); }
    T value(Code code) const { return values_[code - 1]; }

    /// All codes, in the order of their values.
    std::vector<Code> sorted() const
    {
        std::vector<Code> codes(values_.size());
        std::iota(codes.begin(), codes.end(), Code{1});
        std::ranges::sort(codes, {}, [this](Code code) { return value(code); });
        return codes;
    }

private:
    std::size_t slot_of(T value) const
    {
        // Fibonacci hashing: std::hash of a number is the number.
        const auto hash = static_cast<std::uint64_t>(std::hash<T>{}(value)) * 0x9e3779b97f4a7c15ULL;
        auto slot = static_cast<std::size_t>(hash >> 32) & (slots_.size() - 1);
        while (slots_[slot] != null_code && values_[slots_[slot] - 1] != value) {
            slot = (slot + 1) & (slots_.size() - 1);
        }
        return slot;
    }

    void grow()
    {
        slots_.assign(std::max<std::size_t>(16, slots_.size() * 2), null_code);
        for (Code code = 1; code <= size(); ++code) {
            slots_[slot_of(value(code))] = code;
        }
    }

    std::string_view keep(std::string_view text) { return text_.append(text); }
    static std::int64_t keep(std::int64_t number) { return number; }

    std::vector<T> values_;
    std::vector<Code> slots_; // open addressing, a power of two
    TextBlocks text_;
};

} // namespace polyglance
