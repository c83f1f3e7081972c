#include "cache/matcher.hpp"

#include <algorithm>
#include <array>

#include "cache/source_rules.hpp"

namespace polyglance {
namespace {

constexpr std::array searched_fields{Field::name,      Field::description, Field::native_id,  Field::os_family,
                                     Field::os_distro, Field::os_version,  Field::os_name_raw};

bool any_marked(const CodeMarks& marks)
{
    return std::ranges::find(marks, 1) != marks.end();
}

/// Codes whose values pass an eq, neq, in, prefix or contains filter.
CodeMarks marks_for(const Dictionary& dictionary, const Filter& filter)
{
    CodeMarks marks(std::size_t{dictionary.size()} + 1, filter.op == Operator::neq ? 1 : 0);
    marks[null_code] = 0;
    for (const auto& value : filter.values) {
        if (filter.op == Operator::prefix || filter.op == Operator::contains) {
            const auto* text = std::get_if<std::string>(&value);
            const auto folded = text != nullptr ? fold_case(*text) : std::string();
            filter.op == Operator::prefix ? dictionary.mark_starting(folded, marks)
                                          : dictionary.mark_containing(folded, marks);
        } else if (const Code code = dictionary.find(to_view(value)); code != null_code) {
            marks[code] = filter.op == Operator::neq ? 0 : 1;
        }
    }
    return marks;
}

CodeMarks marks_containing(const Dictionary& dictionary, std::string_view folded)
{
    CodeMarks marks(std::size_t{dictionary.size()} + 1, 0);
    dictionary.mark_containing(folded, marks);
    return marks;
}

/// The first code above `value`.
Code upper_bound(const Dictionary& dictionary, const FieldView& value)
{
    const Code at = dictionary.lower_bound(value);
    return at <= dictionary.size() && dictionary.value(at) == value ? at + 1 : at;
}

bool wants_null(const Filter& filter)
{
    return filter.values.front() == FieldValue(std::int64_t{1});
}

} // namespace

Matcher::Matcher(const Snapshot& snapshot, const SourceInfo& info, const Query& query)
    : columns_(snapshot.columns()), source_(info.id), never_(!is_satisfiable(info, query) || snapshot.size() == 0)
{
    for (const auto& filter : query.filters) {
        if (!never_ && !is_ignored(info, filter, query.unknown)) {
            add_filter(filter);
        }
    }
    for (const auto& word : query.words) {
        if (!never_) {
            add_word(word);
        }
    }
}

void Matcher::add_filter(const Filter& filter)
{
    if (filter.field == Field::uid) {
        add_uid_filter(filter);
    } else if (filter.field == Field::tag) {
        add_tag_filter(filter);
    } else if (!is_source_field(filter.field)) {
        add_column_filter(columns_.column(filter.field), filter);
    }
}

void Matcher::add_column_filter(const Column& column, const Filter& filter)
{
    const Dictionary& dictionary = *column.dictionary;
    const Code behind = dictionary.size() + 1;
    const auto value = to_view(filter.values.front());
    switch (filter.op) {
    case Operator::null:
        return wants_null(filter) ? add_range(column, 0, 1) : add_range(column, 1, behind);
    case Operator::eq:
        return add_range(column, dictionary.lower_bound(value), upper_bound(dictionary, value));
    case Operator::lt:
        return add_range(column, 1, dictionary.lower_bound(value));
    case Operator::lte:
        return add_range(column, 1, upper_bound(dictionary, value));
    case Operator::gt:
        return add_range(column, upper_bound(dictionary, value), behind);
    case Operator::gte:
        return add_range(column, dictionary.lower_bound(value), behind);
    case Operator::neq:
    case Operator::in:
    case Operator::prefix:
    case Operator::contains:
        return add_marks(column, marks_for(dictionary, filter));
    }
}

void Matcher::add_range(const Column& column, Code first, Code behind)
{
    // Without values the codes are all null and not stored.
    const bool all_null = column.dictionary->size() == 0;
    if (first >= behind || (all_null && first > null_code)) {
        never_ = true;
    } else if (!all_null) {
        conditions_.emplace_back(CodeRange{.codes = &column.codes, .first = first, .last = behind - 1});
    }
}

void Matcher::add_marks(const Column& column, CodeMarks marks)
{
    if (any_marked(marks)) {
        conditions_.emplace_back(CodeSet{.codes = &column.codes, .marks = std::move(marks)});
    } else {
        never_ = true;
    }
}

void Matcher::add_tag_filter(const Filter& filter)
{
    const TagLists& tags = columns_.tags();
    if (filter.op == Operator::null) {
        conditions_.emplace_back(TagsKnown{.tags = &tags, .wanted = !wants_null(filter)});
        return;
    }
    // "Not x" for a set is "has no x": mark x and turn the answer round.
    Filter marked = filter;
    marked.op = filter.op == Operator::neq ? Operator::eq : filter.op;
    conditions_.emplace_back(
        TagSet{.tags = &tags, .marks = marks_for(*tags.dictionary, marked), .none = filter.op == Operator::neq});
}

std::uint32_t Matcher::first_row_from(std::string_view uid, bool behind_equal) const
{
    std::uint32_t low = 0;
    for (std::uint32_t left = columns_.rows(); left > 0;) {
        const std::uint32_t half = left / 2;
        const auto here = make_uid(source_, columns_.native_id(low + half));
        if (here < uid || (behind_equal && here == uid)) {
            low += half + 1;
            left -= half + 1;
        } else {
            left = half;
        }
    }
    return low;
}

bool Matcher::uid_passes(std::uint32_t row, const Filter& filter, std::string& scratch) const
{
    scratch.assign(source_).append(1, '~').append(columns_.native_id(row));
    return passes(std::string_view(scratch), filter);
}

void Matcher::add_uid_filter(const Filter& filter)
{
    const auto* text = std::get_if<std::string>(&filter.values.front());
    const std::string_view uid = text != nullptr ? *text : std::string_view();
    const std::uint32_t behind = columns_.rows();
    switch (filter.op) {
    case Operator::null:
        return; // a uid is never null; is_satisfiable has seen to null:true
    case Operator::eq:
        return add_rows(first_row_from(uid, false), first_row_from(uid, true));
    case Operator::lt:
        return add_rows(0, first_row_from(uid, false));
    case Operator::lte:
        return add_rows(0, first_row_from(uid, true));
    case Operator::gt:
        return add_rows(first_row_from(uid, true), behind);
    case Operator::gte:
        return add_rows(first_row_from(uid, false), behind);
    case Operator::in:
    case Operator::neq:
    case Operator::prefix:
    case Operator::contains:
        break;
    }
    RowMarks marks(behind, 0);
    std::string scratch;
    for (std::uint32_t row = 0; row < behind; ++row) {
        marks[row] = uid_passes(row, filter, scratch) ? 1 : 0;
    }
    conditions_.emplace_back(RowSet{std::move(marks)});
}

void Matcher::add_rows(std::uint32_t first, std::uint32_t behind)
{
    if (first >= behind) {
        never_ = true;
    } else {
        conditions_.emplace_back(RowRange{.first = first, .behind = behind});
    }
}

void Matcher::add_word(const std::string& word)
{
    const auto folded = fold_case(word);
    AnyOf any;
    for (const Field field : searched_fields) {
        const Column& column = columns_.column(field);
        auto marks = marks_containing(*column.dictionary, folded);
        if (any_marked(marks)) {
            any.columns.push_back({.codes = &column.codes, .marks = std::move(marks)});
        }
    }
    const TagLists& tags = columns_.tags();
    auto marks = marks_containing(*tags.dictionary, folded);
    if (any_marked(marks)) {
        any.tags.push_back({.tags = &tags, .marks = std::move(marks), .none = false});
    }
    if (any.columns.empty() && any.tags.empty()) {
        never_ = true;
    } else {
        conditions_.emplace_back(std::move(any));
    }
}

bool Matcher::matches(std::uint32_t row) const
{
    return !never_ &&
           std::ranges::all_of(conditions_, [row](const Condition& condition) { return holds(condition, row); });
}

RowMarks Matcher::all() const
{
    RowMarks marks(columns_.rows(), never_ ? 0 : 1);
    for (const auto& condition : conditions_) {
        narrow(condition, marks);
    }
    return marks;
}

} // namespace polyglance
