#include "cache/row_set.hpp"

#include <bit>
#include <cstring>

namespace polyglance {

RowSet::RowSet(const RowMarks& marks) : words_((marks.size() + 63) / 64)
{
    std::size_t at = 0;
    for (std::uint64_t eight = 0; at + sizeof eight <= marks.size(); at += sizeof eight) {
        std::memcpy(&eight, marks.data() + at, sizeof eight);
        // Every mark is 0 or 1: the product has the eight of them side by side in its top byte.
        words_[at / 64] |= (eight * 0x0102040810204080ULL >> 56) << at % 64;
    }
    for (; at < marks.size(); ++at) {
        words_[at / 64] |= std::uint64_t{marks[at]} << at % 64;
    }
    count();
}

std::uint32_t RowSet::next(std::uint32_t row) const
{
    std::size_t at = row / 64;
    if (at >= words_.size()) {
        return end;
    }
    std::uint64_t word = words_[at] & ~std::uint64_t{0} << row % 64;
    while (word == 0) {
        if (++at == words_.size()) {
            return end;
        }
        word = words_[at];
    }
    return static_cast<std::uint32_t>(at * 64) + static_cast<std::uint32_t>(std::countr_zero(word));
}

void RowSet::keep_both(const RowSet& others)
{
    auto* word = words_.data();
    const auto* other = others.words_.data();
    for (std::size_t left = words_.size(); left > 0; --left, ++word, ++other) {
        *word &= *other;
    }
    count();
}

void RowSet::count()
{
    size_ = 0;
    for (const auto word : words_) {
        size_ += static_cast<std::size_t>(std::popcount(word));
    }
}

} // namespace polyglance
