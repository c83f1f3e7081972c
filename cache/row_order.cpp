#include "cache/row_order.hpp"

#include <algorithm>
#include <numeric>

namespace polyglance {
namespace {

/// Where the rows of a code go, 0..values + 1: both ends are kept for the nulls.
class Buckets {
public:
    Buckets(Code values, const SortKey& key, bool exact_reverse)
        : values_(values), descending_(key.descending), null_bucket_(key.descending && exact_reverse ? 0 : values + 1)
    {
    }
    std::size_t count() const { return std::size_t{values_} + 2; }
    std::size_t of(Code code) const
    {
        if (code == null_code) {
            return null_bucket_;
        }
        return descending_ ? values_ + 1 - code : code;
    }

private:
    Code values_;
    bool descending_;
    Code null_bucket_;
};

/// Stable counting sort by one key: codes are small numbers, so this beats comparing.
void sort_by(const Column& column, const SortKey& key, bool exact_reverse, RowOrder& order, RowOrder& scratch)
{
    column.codes.visit([&](auto codes) {
        const Buckets buckets(column.dictionary->size(), key, exact_reverse);
        std::vector<std::uint32_t> starts(buckets.count() + 1, 0);
        for (const auto code : codes) {
            ++starts[buckets.of(code) + 1];
        }
        std::partial_sum(starts.begin(), starts.end(), starts.begin());
        for (const auto row : order) {
            scratch[starts[buckets.of(codes[row])]++] = row;
        }
        order.swap(scratch);
    });
}

/// Within one snapshot the fields of its source are all the same and order nothing.
SortSpec spec_within(const SortSpec& spec)
{
    SortSpec out = spec.normalized();
    std::erase_if(out.keys, [](const SortKey& key) { return is_source_field(key.field); });
    return out;
}

} // namespace

RowOrder make_order(const Columns& columns, const SortSpec& spec)
{
    const SortSpec within = spec_within(spec);
    RowOrder order(columns.rows());
    std::iota(order.begin(), order.end(), 0U);
    if (within.uid_descending) {
        std::ranges::reverse(order);
    }
    RowOrder scratch(order.size());
    // The last key first: a stable sort keeps it where the keys before it tie.
    for (auto key = within.keys.rbegin(); key != within.keys.rend(); ++key) {
        sort_by(columns.column(key->field), *key, within.exact_reverse, order, scratch);
    }
    return order;
}

RowOrder make_ranks(const RowOrder& order)
{
    RowOrder ranks(order.size());
    for (std::uint32_t rank = 0; rank < order.size(); ++rank) {
        ranks[order[rank]] = rank;
    }
    return ranks;
}

std::string order_name(const SortSpec& spec)
{
    return spec_within(spec).key();
}

} // namespace polyglance
