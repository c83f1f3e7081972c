#include "cache/conditions.hpp"

#include <algorithm>

namespace polyglance {
namespace {

template <class Test>
void narrow_by(const Test& test, RowMarks& marks)
{
    for (std::uint32_t row = 0; row < marks.size(); ++row) {
        marks[row] = marks[row] != 0 && test.holds(row) ? 1 : 0;
    }
}

/// The most frequent condition, on the packed codes themselves: one subtraction and one comparison, many rows at once.
void narrow_by(const CodeRange& range, RowMarks& marks)
{
    range.codes->visit([&](auto codes) {
        using Packed = typename decltype(codes)::value_type;
        const auto first = static_cast<Packed>(range.first);
        const auto width = static_cast<Packed>(range.last - range.first);
        for (std::size_t row = 0; row < codes.size(); ++row) {
            marks[row] &= static_cast<std::uint8_t>(static_cast<Packed>(codes[row] - first) <= width);
        }
    });
}

} // namespace

bool CodeRange::holds(std::uint32_t row) const
{
    const Code code = codes->at(row);
    return first <= code && code <= last;
}

bool TagSet::holds(std::uint32_t row) const
{
    const auto marked = [this](Code code) { return marks[code] != 0; };
    return tags->known_at(row) && std::ranges::any_of(tags->at(row), marked) != none;
}

bool AnyOf::holds(std::uint32_t row) const
{
    const auto holds_here = [row](const auto& each) { return each.holds(row); };
    return std::ranges::any_of(columns, holds_here) || std::ranges::any_of(tags, holds_here);
}

bool holds(const Condition& condition, std::uint32_t row)
{
    return std::visit([row](const auto& each) { return each.holds(row); }, condition);
}

void narrow(const Condition& condition, RowMarks& marks)
{
    std::visit([&](const auto& each) { narrow_by(each, marks); }, condition);
}

} // namespace polyglance
