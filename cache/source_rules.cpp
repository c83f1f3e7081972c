#include "cache/source_rules.hpp"

#include <algorithm>

#include "cache/columns.hpp"
#include "cache/engine.hpp"

namespace polyglance {
namespace {

std::string folded(const FieldView& value)
{
    const auto* text = std::get_if<std::string_view>(&value);
    return text != nullptr ? fold_case(*text) : std::string();
}

/// The operators that compare with one value.
bool passes_one(const FieldView& value, Operator op, const FieldView& wanted)
{
    switch (op) {
    case Operator::eq:
    case Operator::in:
        return value == wanted;
    case Operator::neq:
        return value != wanted;
    case Operator::lt:
        return value < wanted;
    case Operator::lte:
        return value <= wanted;
    case Operator::gt:
        return value > wanted;
    case Operator::gte:
        return value >= wanted;
    case Operator::prefix:
        return folded(value).starts_with(folded(wanted));
    case Operator::contains:
        return folded(value).find(folded(wanted)) != std::string::npos;
    case Operator::null:
        break;
    }
    return false;
}

bool uid_can_match(const SourceInfo& info, const Filter& filter)
{
    if (filter.op == Operator::null) {
        return filter.values.front() == FieldValue(std::int64_t{0});
    }
    if (filter.op != Operator::eq && filter.op != Operator::in) {
        return true;
    }
    return std::ranges::any_of(filter.values, [&](const FieldValue& value) {
        const auto* uid = std::get_if<std::string>(&value);
        return uid != nullptr && uid->starts_with(info.id + "~");
    });
}

bool can_match(const SourceInfo& info, const Filter& filter, UnknownPolicy unknown)
{
    if (filter.field == Field::uid) {
        return uid_can_match(info, filter);
    }
    if (is_source_field(filter.field)) {
        return passes(source_value(info, filter.field), filter);
    }
    return filter.op == Operator::null || unknown == UnknownPolicy::include || provides(info, filter.field);
}

} // namespace

bool provides(const SourceInfo& info, Field field)
{
    return is_source_field(field) || field == Field::native_id ||
           std::ranges::find(info.provides, traits_of(field).member) != info.provides.end();
}

bool is_ignored(const SourceInfo& info, const Filter& filter, UnknownPolicy unknown)
{
    return unknown == UnknownPolicy::include && filter.op != Operator::null && !provides(info, filter.field);
}

FieldView source_value(const SourceInfo& info, Field field)
{
    switch (field) {
    case Field::provider:
        return to_string(info.provider);
    case Field::source:
        return std::string_view(info.id);
    case Field::region:
        return info.region ? FieldView(std::string_view(*info.region)) : FieldView();
    default:
        return {};
    }
}

bool passes(const FieldView& value, const Filter& filter)
{
    const bool is_null = std::holds_alternative<std::monostate>(value);
    if (filter.op == Operator::null) {
        return is_null == (filter.values.front() == FieldValue(std::int64_t{1}));
    }
    return !is_null && std::ranges::any_of(filter.values, [&](const FieldValue& wanted) {
        return passes_one(value, filter.op, to_view(wanted));
    });
}

bool is_satisfiable(const SourceInfo& info, const Query& query)
{
    return std::ranges::all_of(query.filters,
                               [&](const Filter& filter) { return can_match(info, filter, query.unknown); });
}

std::vector<Field> fields_not_provided(const SourceInfo& info, const Query& query)
{
    std::vector<Field> out;
    for (const auto& filter : query.filters) {
        const bool counts = filter.op != Operator::null && !provides(info, filter.field);
        if (counts && std::ranges::find(out, filter.field) == out.end()) {
            out.push_back(filter.field);
        }
    }
    return out;
}

} // namespace polyglance
