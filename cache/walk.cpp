#include "cache/walk.hpp"

#include <algorithm>

#include "cache/source_rules.hpp"

namespace polyglance {
namespace {

/// After so many rows tested one by one, all are tested at once: what is still to come costs less that way.
constexpr std::size_t patience = 1024;
/// Up to so many matches are sorted themselves; more are met soon enough on the way through all rows.
constexpr std::size_t few = 512;

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
    test_all();
    return matched_;
}

void SourceWalk::test_all()
{
    marks_ = matcher_.all();
    matched_ = count_marks(*marks_);
}

/// Walks over the matches alone, from the row at which the walk stands.
void SourceWalk::use_few()
{
    RowOrder rows;
    for (auto mark = std::ranges::find(*marks_, 1); mark != marks_->end();
         mark = std::find(mark + 1, marks_->end(), 1)) {
        rows.push_back(static_cast<std::uint32_t>(mark - marks_->begin()));
    }
    const RowLess less(source_.snapshot->columns(), spec_);
    std::ranges::sort(rows, less);
    if (order_) {
        const auto here = at_ < order_->size() ? std::ranges::lower_bound(rows, (*order_)[at_], less) : rows.end();
        at_ = static_cast<std::size_t>(here - rows.begin());
    }
    order_ = std::make_shared<const RowOrder>(std::move(rows));
}

bool SourceWalk::start(const std::optional<Position>& after)
{
    if (matcher_.never()) {
        return false;
    }
    if (marks_ && matched_ <= few) {
        use_few();
    } else {
        order_ = source_.snapshot->order(spec_);
    }
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
        if (!marks_ && ++tested_ == patience) {
            test_all();
            if (matched_ <= few) {
                use_few();
            }
        }
    }
    if (at_ == order_->size()) {
        return false;
    }
    read_place((*order_)[at_]);
    return true;
}

bool SourceWalk::matches(std::uint32_t row) const
{
    return marks_ ? (*marks_)[row] != 0 : matcher_.matches(row);
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
