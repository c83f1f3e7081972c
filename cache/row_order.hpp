#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cache/columns.hpp"

namespace polyglance {

using RowOrder = std::vector<std::uint32_t>;

/// The rows of one snapshot in the order of `spec`. Linear in rows and dictionary sizes.
RowOrder make_order(const Columns& columns, const SortSpec& spec);

/// Where each row stands in that order.
RowOrder make_ranks(const RowOrder& order);

/// The same spec for equal orders within one snapshot, as text.
std::string order_name(const SortSpec& spec);

} // namespace polyglance
