#include "cache/matcher.hpp"

#include <algorithm>
#include <array>

#include "cache/columns.hpp"

namespace polyglance {
namespace {

constexpr std::array searched{Field::name,      Field::description, Field::native_id,  Field::os_family,
                              Field::os_distro, Field::os_version,  Field::os_name_raw};

std::string_view text_of(const FieldValue& value)
{
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr ? *text : std::string_view();
}

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
            const auto folded = fold_case(text_of(value));
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

std::span<const Field> searched_fields()
{
    return searched;
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

// A uid is the same head in every row and the native id behind it: each filter on it becomes one on the native id, or
// is decided by the head alone.

void Matcher::add_uid_filter(const Filter& filter)
{
    switch (filter.op) {
    case Operator::null:
        return; // never null; is_satisfiable has seen to null:true
    case Operator::eq:
    case Operator::in:
    case Operator::neq:
        return add_uid_list(filter);
    case Operator::lt:
    case Operator::lte:
    case Operator::gt:
    case Operator::gte:
        return add_uid_range(filter);
    case Operator::prefix:
    case Operator::contains:
        return add_uid_text(filter);
    }
}

void Matcher::add_uid_list(const Filter& filter)
{
    Filter tails{.field = Field::native_id, .op = filter.op, .values = {}};
    for (const auto& value : filter.values) {
        const auto uid = text_of(value);
        if (uid.starts_with(uid_head_)) {
            tails.values.emplace_back(std::string(uid.substr(uid_head_.size())));
        }
    }
    if (!tails.values.empty()) {
        add_filter(tails);
    } else if (filter.op != Operator::neq) {
        never_ = true;
    }
}

void Matcher::add_uid_range(const Filter& filter)
{
    const auto uid = text_of(filter.values.front());
    if (uid.starts_with(uid_head_)) {
        add_filter({.field = Field::native_id, .op = filter.op, .values = {std::string(uid.substr(uid_head_.size()))}});
        return;
    }
    // All uids stand on the same side of it.
    const bool below = filter.op == Operator::lt || filter.op == Operator::lte;
    if ((uid_head_ < uid) != below) {
        never_ = true;
    }
}

void Matcher::add_uid_text(const Filter& filter)
{
    const auto wanted = fold_case(text_of(filter.values.front()));
    const auto head = fold_case(uid_head_);
    const bool decided =
        filter.op == Operator::prefix ? head.starts_with(wanted) : head.find(wanted) != std::string::npos;
    if (decided) {
        return;
    }
    const Column& ids = columns_.column(Field::native_id);
    CodeMarks marks(std::size_t{ids.dictionary->size()} + 1, 0);
    if (filter.op == Operator::contains) {
        ids.dictionary->mark_containing(wanted, marks);
    }
    // The end of the head and the beginning of the native id together.
    for (std::size_t cut = 1; cut <= std::min(wanted.size(), head.size()); ++cut) {
        const auto in_head = std::string_view(wanted).substr(0, cut);
        if (filter.op == Operator::prefix ? in_head == head : head.ends_with(in_head)) {
            ids.dictionary->mark_starting(std::string_view(wanted).substr(cut), marks);
        }
    }
    add_marks(ids, std::move(marks));
}

void Matcher::add_word(const std::string& word)
{
    const auto folded = fold_case(word);
    AnyOf any;
    for (const Field field : searched) {
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

RowSet Matcher::rows() const
{
    RowMarks marks(columns_.rows(), never_ ? 0 : 1);
    for (const auto& condition : conditions_) {
        narrow(condition, marks);
    }
    return RowSet(marks);
}

} // namespace polyglance
