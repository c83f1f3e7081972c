#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "cache/conditions.hpp"

namespace polyglance {

/// Some rows of a snapshot, one bit per row.
class RowSet {
public:
    explicit RowSet(const RowMarks& marks);
    /// None of so many rows.
    explicit RowSet(std::uint32_t rows) : words_((std::size_t{rows} + 63) / 64) {}

    /// Takes in a row that is not there yet.
    void add(std::uint32_t row)
    {
        words_[row / 64] |= std::uint64_t{1} << row % 64;
        ++size_;
    }
    /// Takes out the rows that are not in `others`, which is of the same snapshot.
    void keep_both(const RowSet& others);

    bool holds(std::uint32_t row) const { return (words_[row / 64] >> row % 64 & 1) != 0; }
    std::size_t size() const { return size_; }
    /// The first row from `row` on; `end` when there is none.
    static constexpr std::uint32_t end = UINT32_MAX;
    std::uint32_t next(std::uint32_t row) const;
    /// Calls `f` with every row, in ascending order.
    template <class F>
    void for_each(F&& f) const
    {
        for (std::uint32_t i = 0; i < words_.size(); ++i) {
            for (std::uint64_t left = words_[i]; left != 0; left &= left - 1) {
                f(i * 64 + static_cast<std::uint32_t>(std::countr_zero(left)));
            }
        }
    }
    std::size_t memory_bytes() const { return words_.capacity() * sizeof words_[0]; }

private:
    void count();

    std::vector<std::uint64_t> words_;
    std::size_t size_ = 0;
};

} // namespace polyglance
