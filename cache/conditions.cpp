#include "cache/conditions.hpp"

#include <algorithm>

namespace polyglance {
namespace {

void narrow_by(const TagsKnown& known, RowMarks& marks)
{
    for (std::uint32_t row = 0; row < marks.size(); ++row) {
        marks[row] = marks[row] != 0 && known.holds(row) ? 1 : 0;
    }
}

// The loops below run over whole columns and work on bare pointers: without bounds checks they become vector code.

/// The most frequent condition: one subtraction and one comparison per row.
void narrow_by(const CodeRange& range, RowMarks& marks)
{
    range.codes->visit([&](auto codes) {
        using Packed = typename decltype(codes)::value_type;
        const auto first = static_cast<Packed>(range.first);
        const auto width = static_cast<Packed>(range.last - range.first);
        const auto* code = codes.data();
        auto* mark = marks.data();
        for (std::size_t left = codes.size(); left > 0; --left, ++code, ++mark) {
            *mark &= static_cast<std::uint8_t>(static_cast<Packed>(*code - first) <= width);
        }
    });
}

/// Adds a mark to the rows for which the condition holds.
void widen_by(const CodeSet& set, RowMarks& marks)
{
    set.codes->visit([&](auto codes) {
        const auto* code = codes.data();
        const auto* wanted = set.marks.data();
        auto* mark = marks.data();
        for (std::size_t left = codes.size(); left > 0; --left, ++code, ++mark) {
            *mark |= wanted[*code];
        }
    });
}

/// `set` must not be turned round: then a row without known tags has none that is marked.
void widen_by(const TagSet& set, RowMarks& marks)
{
    const auto* code = set.tags->codes.data();
    const auto* end = set.tags->ends.data();
    const auto* wanted = set.marks.data();
    auto* mark = marks.data();
    std::uint32_t at = 0;
    for (std::size_t left = set.tags->ends.size(); left > 0; --left, ++end, ++mark) {
        for (; at < *end; ++at, ++code) {
            *mark |= wanted[*code];
        }
    }
}

void keep_both(RowMarks& marks, const RowMarks& others)
{
    const auto* other = others.data();
    auto* mark = marks.data();
    for (std::size_t left = marks.size(); left > 0; --left, ++other, ++mark) {
        *mark &= *other;
    }
}

void narrow_by(const CodeSet& set, RowMarks& marks)
{
    RowMarks here(marks.size(), 0);
    widen_by(set, here);
    keep_both(marks, here);
}

void narrow_by(const TagSet& set, RowMarks& marks)
{
    if (set.none) {
        for (std::uint32_t row = 0; row < marks.size(); ++row) {
            marks[row] = marks[row] != 0 && set.holds(row) ? 1 : 0;
        }
        return;
    }
    RowMarks here(marks.size(), 0);
    widen_by(set, here);
    keep_both(marks, here);
}

void narrow_by(const AnyOf& any, RowMarks& marks)
{
    RowMarks here(marks.size(), 0);
    for (const auto& each : any.columns) {
        widen_by(each, here);
    }
    for (const auto& each : any.tags) {
        widen_by(each, here);
    }
    keep_both(marks, here);
}

} // namespace

bool TagSet::holds(std::uint32_t row) const
{
    const auto marked = [this](Code code) { return marks[code] != 0; };
    return tags->known_at(row) && std::ranges::any_of(tags->at(row), marked) != none;
}

void narrow(const Condition& condition, RowMarks& marks)
{
    std::visit([&](const auto& each) { narrow_by(each, marks); }, condition);
}

} // namespace polyglance
