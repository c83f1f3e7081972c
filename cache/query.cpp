#include "cache/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <expected>

namespace polyglance {
namespace {

constexpr std::size_t most_values = 256;
constexpr std::size_t most_sort_keys = 8;

constexpr std::array<std::pair<std::string_view, Operator>, 10> operator_words{{{"eq", Operator::eq},
                                                                                {"neq", Operator::neq},
                                                                                {"in", Operator::in},
                                                                                {"lt", Operator::lt},
                                                                                {"lte", Operator::lte},
                                                                                {"gt", Operator::gt},
                                                                                {"gte", Operator::gte},
                                                                                {"prefix", Operator::prefix},
                                                                                {"contains", Operator::contains},
                                                                                {"null", Operator::null}}};

ParameterFault fault(std::string_view parameter, std::string_view code, std::string detail,
                     std::string did_you_mean = "")
{
    return {std::string(parameter), std::string(code), std::move(detail), std::move(did_you_mean)};
}

std::string quoted(std::string_view text)
{
    constexpr std::size_t shown = 100;
    if (text.size() <= shown) {
        return "'" + std::string(text) + "'";
    }
    std::size_t cut = shown;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) {
        --cut; // not inside a character
    }
    return "'" + std::string(text.substr(0, cut)) + "...'";
}

std::optional<Operator> operator_from(std::string_view word)
{
    const auto found = std::ranges::find(operator_words, word, [](const auto& entry) { return entry.first; });
    return found == operator_words.end() ? std::nullopt : std::optional(found->second);
}

bool takes(FieldType type, Operator op)
{
    switch (op) {
    case Operator::eq:
    case Operator::neq:
    case Operator::in:
    case Operator::null:
        return true;
    case Operator::lt:
    case Operator::lte:
    case Operator::gt:
    case Operator::gte:
        return type != FieldType::boolean && type != FieldType::set;
    case Operator::prefix:
    case Operator::contains:
        break;
    }
    return type == FieldType::text || type == FieldType::word || type == FieldType::set;
}

/// The letters before the first colon; "" when something else stands there.
std::string_view leading_word(std::string_view text)
{
    const auto colon = text.find(':');
    const auto word = colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
    const bool letters = std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
    return letters ? word : std::string_view();
}

std::optional<bool> boolean_from(std::string_view text)
{
    return text == "true" ? std::optional(true) : text == "false" ? std::optional(false) : std::nullopt;
}

std::optional<std::int64_t> integer_from(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

using Value = std::expected<FieldValue, ParameterFault>;

Value invalid(const FieldTraits& traits, std::string_view text, std::string_view wanted, std::string did_you_mean = "")
{
    return std::unexpected(fault(traits.name, "invalid_value", quoted(text) + " is not " + std::string(wanted) + ".",
                                 std::move(did_you_mean)));
}

Value word_value(const FieldTraits& traits, Operator op, std::string_view text)
{
    const auto words = words_of(traits.field);
    const bool must_be_one = op == Operator::eq || op == Operator::neq || op == Operator::in;
    if (must_be_one && std::ranges::find(words, text) == words.end()) {
        std::string list;
        for (const auto word : words) {
            list.append(list.empty() ? "" : ", ").append(word);
        }
        return invalid(traits, text, "one of " + list, nearest(text, words));
    }
    return std::string(text);
}

Value read_value(const FieldTraits& traits, Operator op, std::string_view text)
{
    switch (traits.type) {
    case FieldType::text:
    case FieldType::set:
        return std::string(text);
    case FieldType::word:
        return word_value(traits, op, text);
    case FieldType::boolean: {
        const auto truth = boolean_from(text);
        return truth ? Value(std::int64_t{*truth}) : invalid(traits, text, "true or false");
    }
    case FieldType::integer: {
        const auto number = integer_from(text);
        return number ? Value(*number) : invalid(traits, text, "a whole number");
    }
    case FieldType::time:
        break;
    }
    const auto instant = parse_timestamp(text);
    return instant ? Value(instant->time_since_epoch().count())
                   : invalid(traits, text, "a time such as 2024-05-31T00:00:00Z");
}

/// Takes one item off a comma list: plain text, or "text" with \" and \\ inside. Empty when it is malformed.
std::optional<std::string> take_item(std::string_view& list)
{
    if (!list.starts_with('"')) {
        const auto end = std::min(list.find(','), list.size());
        std::string item(list.substr(0, end));
        list.remove_prefix(end);
        return item.empty() ? std::nullopt : std::optional(std::move(item));
    }
    std::string item;
    for (list.remove_prefix(1); !list.empty() && list.front() != '"'; list.remove_prefix(1)) {
        if (list.front() == '\\' && list.size() > 1) {
            list.remove_prefix(1);
        }
        item += list.front();
    }
    const bool closed = list.starts_with('"');
    list.remove_prefix(closed ? 1 : 0);
    return closed && (list.empty() || list.front() == ',') ? std::optional(std::move(item)) : std::nullopt;
}

std::expected<std::vector<std::string>, ParameterFault> read_list(const FieldTraits& traits, std::string_view list)
{
    std::vector<std::string> items;
    for (bool more = true; more;) {
        auto item = take_item(list);
        if (!item) {
            return std::unexpected(fault(traits.name, "invalid_value",
                                         "A list is a,b,c without empty items; an item with a comma or a leading quote "
                                         "stands in double quotes."));
        }
        items.push_back(std::move(*item));
        more = list.starts_with(',');
        list.remove_prefix(more ? 1 : 0);
    }
    if (items.size() > most_values) {
        return std::unexpected(
            fault(traits.name, "invalid_value", "A list holds at most " + std::to_string(most_values) + " items."));
    }
    return items;
}

std::variant<Filter, ParameterFault> null_filter(const FieldTraits& traits, std::string_view text)
{
    const auto truth = boolean_from(text);
    if (!truth) {
        return fault(traits.name, "invalid_value", "null: takes true or false, not " + quoted(text) + ".");
    }
    return Filter{.field = traits.field, .op = Operator::null, .values = {std::int64_t{*truth}}};
}

std::variant<Filter, ParameterFault> value_filter(const FieldTraits& traits, Operator op, std::string_view text)
{
    std::vector<std::string> items{std::string(text)};
    if (op == Operator::in) {
        auto list = read_list(traits, text);
        if (!list) {
            return std::move(list.error());
        }
        items = std::move(*list);
    }
    Filter filter{.field = traits.field, .op = op, .values = {}};
    for (const auto& item : items) {
        auto value = read_value(traits, op, item);
        if (!value) {
            return std::move(value.error());
        }
        filter.values.push_back(std::move(*value));
    }
    return filter;
}

/// `source=a,b` means any of them, without an operator.
bool lists_without_operator(Field field)
{
    return field == Field::source || field == Field::provider || field == Field::region;
}

std::optional<ParameterFault> read_sort_key(std::string_view text, std::vector<SortKey>& keys)
{
    const auto colon = std::min(text.find(':'), text.size());
    const auto name = text.substr(0, colon);
    const auto direction = colon < text.size() ? text.substr(colon + 1) : "asc";
    const auto field = field_from(name);
    if (name.empty()) {
        return fault("sort", "invalid_value", "A sort key is empty.");
    }
    if (!field || !traits_of(*field).sortable) {
        std::vector<std::string_view> sortable;
        for (const auto& traits : all_fields()) {
            if (traits.sortable) {
                sortable.push_back(traits.name);
            }
        }
        return fault("sort", "unsortable_field", quoted(name) + " cannot be sorted by.", nearest(name, sortable));
    }
    if (direction != "asc" && direction != "desc") {
        return fault("sort", "invalid_value", quoted(direction) + " is neither asc nor desc.",
                     nearest(direction, {"asc", "desc"}));
    }
    if (std::ranges::find(keys, *field, &SortKey::field) != keys.end()) {
        return fault("sort", "invalid_value", quoted(name) + " is named twice.");
    }
    keys.push_back({.field = *field, .descending = direction == "desc"});
    return std::nullopt;
}

} // namespace

std::variant<Filter, ParameterFault> parse_filter(Field field, std::string_view text)
{
    const FieldTraits& traits = traits_of(field);
    const auto word = leading_word(text);
    const auto named = operator_from(word);
    const bool any_text = traits.type == FieldType::text || traits.type == FieldType::set;
    if (!named && !word.empty() && !any_text) {
        std::vector<std::string_view> words;
        for (const auto& [name, op] : operator_words) {
            if (takes(traits.type, op)) {
                words.push_back(name);
            }
        }
        return fault(traits.name, "invalid_operator", quoted(word) + " is not an operator.", nearest(word, words));
    }
    if (named && !takes(traits.type, *named)) {
        return fault(traits.name, "invalid_operator",
                     std::string(traits.name) + " does not take the operator " + quoted(word) + ".");
    }
    const auto rest = named ? text.substr(word.size() + 1) : text;
    if (named == Operator::null) {
        return null_filter(traits, rest);
    }
    const bool plain_list = !named && lists_without_operator(field) && text.find(',') != std::string_view::npos;
    return value_filter(traits, plain_list ? Operator::in : named.value_or(Operator::eq), rest);
}

std::variant<std::vector<SortKey>, ParameterFault> parse_sort(std::string_view text)
{
    std::vector<SortKey> keys;
    for (bool more = true; more;) {
        const auto comma = text.find(',');
        if (auto bad = read_sort_key(text.substr(0, comma), keys)) {
            return std::move(*bad);
        }
        if (keys.size() > most_sort_keys) {
            return fault("sort", "invalid_value",
                         "At most " + std::to_string(most_sort_keys) + " sort keys are taken.");
        }
        more = comma != std::string_view::npos;
        text.remove_prefix(more ? comma + 1 : 0);
    }
    return keys;
}

} // namespace polyglance
