#include "cache/walk.hpp"

#include <algorithm>

#include "cache/columns.hpp"
#include "cache/matching_rows.hpp"
#include "cache/source_rules.hpp"

namespace polyglance {
namespace {

std::strong_ordering compare_by(const FieldView& a, const FieldView& b, const SortKey& key, bool exact_reverse)
{
    const bool null_a = std::holds_alternative<std::monostate>(a);
    const bool null_b = std::holds_alternative<std::monostate>(b);
    if (null_a || null_b) {
        const auto nulls_last = null_a <=> null_b;
        return key.descending && exact_reverse ? 0 <=> nulls_last : nulls_last;
    }
    return key.descending ? b <=> a : a <=> b;
}

} // namespace

std::strong_ordering compare_places(const std::vector<FieldView>& values_a, std::string_view uid_a,
                                    const std::vector<FieldView>& values_b, std::string_view uid_b,
                                    const SortSpec& spec)
{
    for (std::size_t i = 0; i < spec.keys.size(); ++i) {
        const auto order = compare_by(values_a[i], values_b[i], spec.keys[i], spec.exact_reverse);
        if (order != 0) {
            return order;
        }
    }
    return spec.uid_descending ? uid_b <=> uid_a : uid_a <=> uid_b;
}

SourceWalk::SourceWalk(const QuerySource& source, std::uint32_t index, const Query& query, const SortSpec& spec)
    : source_(source), index_(index), spec_(spec), matches_(matching_rows(*source.snapshot, *source.info, query)),
      values_(spec.keys.size())
{
}

std::size_t SourceWalk::count() const
{
    return matches_ ? matches_->size() : source_.snapshot->size();
}

bool SourceWalk::start(const std::optional<Position>& after, std::size_t limit)
{
    if (count() == 0) {
        return false;
    }
    order_ = source_.snapshot->order(spec_);
    rows_ = *order_;
    if (after) {
        const auto behind =
            std::ranges::partition_point(rows_, [&](std::uint32_t row) { return !is_behind(row, *after); });
        at_ = static_cast<std::size_t>(behind - rows_.begin());
    }
    // On the way through the order, one row in rows / matches is a match; to pick the first ones out of all matches
    // costs about as much per match as a step on the way does.
    if (matches_ && matches_->size() * matches_->size() < limit * rows_.size()) {
        pick_first(limit + 1);
    }
    return settle();
}

/// Goes on over the first matches from the row at which the walk stands, and no others.
void SourceWalk::pick_first(std::size_t most)
{
    const auto ranks = source_.snapshot->ranks(spec_);
    matches_->for_each([&](std::uint32_t row) {
        if ((*ranks)[row] >= at_) {
            picked_.push_back((*ranks)[row]);
        }
    });
    if (picked_.size() > most) {
        std::ranges::nth_element(picked_, picked_.begin() + static_cast<std::ptrdiff_t>(most));
        picked_.resize(most);
    }
    std::ranges::sort(picked_);
    for (auto& place : picked_) {
        place = (*order_)[place];
    }
    rows_ = picked_;
    at_ = 0;
}

bool SourceWalk::advance()
{
    ++at_;
    return settle();
}

bool SourceWalk::settle()
{
    place_is_read_ = false;
    while (at_ < rows_.size() && matches_ && !matches_->holds(rows_[at_])) {
        ++at_;
    }
    return at_ < rows_.size();
}

bool SourceWalk::is_behind(std::uint32_t row, const Position& position) const
{
    for (std::size_t i = 0; i < spec_.keys.size(); ++i) {
        const auto place = i < position.values.size() ? to_view(position.values[i]) : FieldView();
        const auto order = compare_by(value(row, spec_.keys[i].field), place, spec_.keys[i], spec_.exact_reverse);
        if (order != 0) {
            return order > 0;
        }
    }
    const auto uid = make_uid(source_.info->id, source_.snapshot->native_id(row));
    return spec_.uid_descending ? uid < position.uid : position.uid < uid;
}

const std::vector<FieldView>& SourceWalk::values() const
{
    read_place();
    return values_;
}

const std::string& SourceWalk::uid() const
{
    read_place();
    return uid_;
}

void SourceWalk::read_place() const
{
    if (std::exchange(place_is_read_, true)) {
        return;
    }
    const auto row = rows_[at_];
    for (std::size_t i = 0; i < values_.size(); ++i) {
        values_[i] = value(row, spec_.keys[i].field);
    }
    uid_.assign(source_.info->id).append(1, '~').append(source_.snapshot->native_id(row));
}

FieldView SourceWalk::value(std::uint32_t row, Field field) const
{
    return is_source_field(field) ? source_value(*source_.info, field)
                                  : source_.snapshot->columns().column(field).view(row);
}

} // namespace polyglance
