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

RowLess::RowLess(const Columns& columns, const SortSpec& spec) : columns_(columns), within_(spec_within(spec)) {}

bool RowLess::operator()(std::uint32_t a, std::uint32_t b) const
{
    for (const auto& key : within_.keys) {
        const Column& column = columns_.column(key.field);
        const Code code_a = column.codes.at(a);
        const Code code_b = column.codes.at(b);
        if (code_a != code_b) {
            const Buckets buckets(column.dictionary->size(), key, within_.exact_reverse);
            return buckets.of(code_a) < buckets.of(code_b);
        }
    }
    return within_.uid_descending ? b < a : a < b;
}

std::shared_ptr<const RowOrder> OrderCache::touch(const std::string& key)
{
    const auto found = std::ranges::find(orders_, key, [](const auto& entry) { return entry.first; });
    if (found == orders_.end()) {
        return nullptr;
    }
    orders_.splice(orders_.begin(), orders_, found);
    return found->second;
}

std::shared_ptr<const RowOrder> OrderCache::get(const Columns& columns, const SortSpec& spec)
{
    const std::string key = spec_within(spec).key();
    {
        const std::scoped_lock lock(mutex_);
        if (auto kept = touch(key)) {
            return kept;
        }
    }
    // Made outside the lock, so that readers of other orders do not wait; two askers may both make it.
    auto made = std::make_shared<const RowOrder>(make_order(columns, spec));
    const std::scoped_lock lock(mutex_);
    if (auto kept = touch(key)) {
        return kept;
    }
    orders_.emplace_front(key, made);
    if (orders_.size() > most) {
        orders_.pop_back();
    }
    return made;
}

std::size_t OrderCache::memory_bytes() const
{
    const std::scoped_lock lock(mutex_);
    std::size_t bytes = 0;
    for (const auto& [key, order] : orders_) {
        bytes += order->capacity() * sizeof order->front();
    }
    return bytes;
}

} // namespace polyglance
