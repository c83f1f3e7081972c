#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "cache/columns.hpp"

namespace polyglance {

/// One mark per row, 0 or 1.
using RowMarks = std::vector<std::uint8_t>;

/// What a filter has become for one snapshot: tests on codes. They refer to the snapshot's columns.
struct CodeRange {
    const Codes* codes;
    Code first, last; ///< both inside
};
struct CodeSet {
    const Codes* codes;
    CodeMarks marks;
};
struct TagsKnown {
    const TagLists* tags;
    bool wanted;
    bool holds(std::uint32_t row) const { return tags->known_at(row) == wanted; }
};
/// The tags are known and one of them is marked; with `none`: and none is.
struct TagSet {
    const TagLists* tags;
    CodeMarks marks;
    bool none;
    bool holds(std::uint32_t row) const;
};
/// Any of these holds.
struct AnyOf {
    std::vector<CodeSet> columns;
    std::vector<TagSet> tags;
};

using Condition = std::variant<CodeRange, CodeSet, TagsKnown, TagSet, AnyOf>;

/// Takes the marks off the rows for which the condition does not hold.
void narrow(const Condition& condition, RowMarks& marks);

} // namespace polyglance
