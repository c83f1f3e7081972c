#include "cache/walk.hpp"

#include <algorithm>
#include <span>
#include <utility>

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

SourceWalk::SourceWalk(const QuerySource& source, std::uint32_t index, const Query& query, const SortSpec& spec)
    : source_(source), index_(index), spec_(spec), matches_(matching_rows(*source.snapshot, *source.info, query)),
      values_(spec.keys.size())
{
}

std::size_t SourceWalk::count() const
{
    return matches_ ? matches_->size() : source_.snapshot->size();
}

bool SourceWalk::start(const std::optional<Position>& after)
{
    if (count() == 0) {
        return false;
    }
    order_ = source_.snapshot->order(spec_);
    if (after) {
        const auto behind =
            std::ranges::partition_point(*order_, [&](std::uint32_t row) { return !is_behind(row, *after); });
        at_ = static_cast<std::uint32_t>(behind - order_->begin());
    }
    return settle();
}

/// Finds out where in the order the matches stand, from here on.
void SourceWalk::put_in_order()
{
    const auto ranks = source_.snapshot->ranks(spec_);
    places_.emplace(static_cast<std::uint32_t>(order_->size()));
    matches_->for_each([&](std::uint32_t row) { places_->add((*ranks)[row]); });
}

bool SourceWalk::advance()
{
    ++at_;
    return settle();
}

bool SourceWalk::settle()
{
    values_are_read_ = false;
    uid_is_read_ = false;
    if (matches_ && !places_) {
        const auto rows = std::span(*order_).subspan(at_);
        // To step on costs less than to look up the place of a match, but matches may be few, or stand far behind:
        // after as many steps in vain as there are matches, their places are looked up.
        const auto patience = matches_->size() - std::min(matches_->size(), passed_);
        const auto near = rows.first(std::min(rows.size(), patience + 1));
        const auto match = std::ranges::find_if(near, [&](std::uint32_t row) { return matches_->holds(row); });
        const auto steps = static_cast<std::uint32_t>(match - near.begin());
        at_ += steps;
        passed_ += steps;
        if (match != near.end()) {
            return true;
        }
        if (near.size() < rows.size()) {
            put_in_order();
        }
    }
    if (places_) {
        at_ = places_->next(at_);
    }
    return at_ < order_->size();
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
    if (!std::exchange(values_are_read_, true)) {
        for (std::size_t i = 0; i < values_.size(); ++i) {
            values_[i] = value((*order_)[at_], spec_.keys[i].field);
        }
    }
    return values_;
}

const std::string& SourceWalk::uid() const
{
    if (!std::exchange(uid_is_read_, true)) {
        uid_.assign(source_.info->id).append(1, '~').append(source_.snapshot->native_id((*order_)[at_]));
    }
    return uid_;
}

bool SourceWalk::is_behind(const SourceWalk& other) const
{
    for (std::size_t i = 0; i < spec_.keys.size(); ++i) {
        const auto order = compare_by(values()[i], other.values()[i], spec_.keys[i], spec_.exact_reverse);
        if (order != 0) {
            return order > 0;
        }
    }
    return spec_.uid_descending ? uid() < other.uid() : other.uid() < uid();
}

FieldView SourceWalk::value(std::uint32_t row, Field field) const
{
    return is_source_field(field) ? source_value(*source_.info, field)
                                  : source_.snapshot->columns().column(field).view(row);
}

} // namespace polyglance
