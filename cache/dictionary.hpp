#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cache/piece_finder.hpp"
#include "cache/query.hpp"

namespace polyglance {

/// A value that is looked at where it lies: like FieldValue, without a copy of the text.
using FieldView = std::variant<std::monostate, std::string_view, std::int64_t>;
FieldValue to_value(const FieldView& view);
FieldView to_view(const FieldValue& value);

/// Stands for a value of one field: 0 = no value, n = the n-th smallest value of its dictionary. Codes of one
/// dictionary compare as their values do.
using Code = std::uint32_t;
constexpr Code null_code = 0;

/// One mark per code, for the conditions that no range of codes can say. Index 0 is "no value".
using CodeMarks = std::vector<std::uint8_t>;

/// The different values of one field of one snapshot, sorted: all text or all numbers.
class Dictionary {
public:
    /// Both: sorted, each value once.
    static Dictionary of_texts(const std::vector<std::string_view>& sorted);
    static Dictionary of_numbers(std::vector<std::int64_t> sorted);

    Code size() const { return size_; }
    /// For codes 1..size().
    FieldView value(Code code) const;
    std::string_view text(Code code) const { return texts_.at(code); }
    /// The first code whose value is not less; size() + 1 when there is none. A value of the other kind: as in
    /// FieldValue.
    Code lower_bound(const FieldView& value) const;
    /// Empty (null_code) when no row has that value.
    Code find(const FieldView& value) const;

    /// Marks the codes whose case-folded text contains, or begins with, `folded`.
    void mark_containing(std::string_view folded, CodeMarks& marks) const;
    void mark_starting(std::string_view folded, CodeMarks& marks) const;

    std::size_t memory_bytes() const;

private:
    /// Strings end to end in one piece.
    struct Texts {
        std::string arena;
        std::vector<std::uint64_t> ends; // one per string

        void add(std::string_view text);
        std::string_view at(Code code) const;
        std::size_t memory_bytes() const;
    };
    const Texts& folded_texts() const { return folded_.ends.empty() ? texts_ : folded_; }

    Code size_ = 0;
    bool is_text_ = false;
    Texts texts_;
    Texts folded_;           // empty when folding changes nothing
    ByteCounts byte_counts_; // of folded_texts()
    std::vector<std::int64_t> numbers_;
};

} // namespace polyglance
