#include "cache/walk.hpp"

#include <algorithm>

#include "cache/source_rules.hpp"

namespace polyglance {
namespace {

/// After so many rows tested one by one, all are tested at once: what is still to come costs less that way.
constexpr std::size_t patience = 4096;

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
    : source_(source), index_(index), spec_(spec), matcher_(*source.snapshot, *source.info, query),
      values_(spec.keys.size())
{
}

std::size_t SourceWalk::count()
{
    if (matcher_.never()) {
        return 0;
    }
    if (matcher_.always()) {
        return source_.snapshot->size();
    }
    marks_ = matcher_.all();
    return static_cast<std::size_t>(std::ranges::count(*marks_, 1));
}

bool SourceWalk::start(const std::optional<Position>& after)
{
    if (matcher_.never()) {
        return false;
    }
    order_ = source_.snapshot->order(spec_);
    at_ = 0;
    if (after) {
        std::vector<FieldView> place;
        std::ranges::transform(after->values, std::back_inserter(place), to_view);
        place.resize(spec_.keys.size());
        const auto behind = std::ranges::partition_point(*order_, [&](std::uint32_t row) {
            read_place(row);
            return compare_places(values_, uid_, place, after->uid, spec_) <= 0;
        });
        at_ = static_cast<std::size_t>(behind - order_->begin());
    }
    return settle();
}

bool SourceWalk::advance()
{
    ++at_;
    return settle();
}

bool SourceWalk::settle()
{
    while (at_ < order_->size() && !matches((*order_)[at_])) {
        ++at_;
    }
    if (at_ == order_->size()) {
        return false;
    }
    read_place((*order_)[at_]);
    return true;
}

bool SourceWalk::matches(std::uint32_t row)
{
    if (marks_) {
        return (*marks_)[row] != 0;
    }
    if (++tested_ > patience && !matcher_.always()) {
        marks_ = matcher_.all();
    }
    return matcher_.matches(row);
}

void SourceWalk::read_place(std::uint32_t row)
{
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
