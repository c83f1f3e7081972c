#pragma once

#include <span>

#include "cache/columns.hpp"

namespace polyglance {

/// Reads the column of one field off the rows. Linear, plus one sort of its different values.
Column make_column(const PackedRows& rows, Field field);
TagLists make_tag_lists(const PackedRows& rows);

/// The same for rows most of which `before` has already; `origins` as in `Columns::carry_over`. The dictionary may keep
/// values that no row has any more, but never many more than there are rows.
Column update_column(const Column& before, const PackedRows& rows, Field field, std::span<const std::uint32_t> origins);
TagLists update_tag_lists(const TagLists& before, const PackedRows& rows, std::span<const std::uint32_t> origins);

} // namespace polyglance
