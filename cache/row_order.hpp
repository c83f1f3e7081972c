#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "cache/columns.hpp"

namespace polyglance {

using RowOrder = std::vector<std::uint32_t>;

/// The rows of one snapshot in the order of `spec`. Linear in rows and dictionary sizes.
RowOrder make_order(const Columns& columns, const SortSpec& spec);

/// Tells which of two rows stands first in the order of `spec`: for a few rows, where a whole order is too much.
class RowLess {
public:
    RowLess(const Columns& columns, const SortSpec& spec);
    bool operator()(std::uint32_t a, std::uint32_t b) const;

private:
    const Columns& columns_;
    SortSpec within_;
};

/// The orders of one snapshot that were asked for last. Any thread.
class OrderCache {
public:
    std::shared_ptr<const RowOrder> get(const Columns& columns, const SortSpec& spec);
    std::size_t memory_bytes() const;

    static constexpr std::size_t most = 16;

private:
    std::shared_ptr<const RowOrder> touch(const std::string& key); // mutex_ held; null when not there

    mutable std::mutex mutex_;
    std::list<std::pair<std::string, std::shared_ptr<const RowOrder>>> orders_; // last used first
};

} // namespace polyglance
