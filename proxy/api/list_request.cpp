#include "proxy/api/list_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "proxy/api/projection_parameters.hpp"
#include "proxy/api/query_string.hpp"

namespace polyglance {
namespace {

constexpr std::size_t max_words_bytes = 200;
// Each word costs a search of all texts, each value one of a column's dictionary, each filter a pass over the rows.
constexpr std::size_t max_words = 12;
constexpr std::size_t max_filter_bytes = 4096;
constexpr std::size_t max_filter_values = 250;
constexpr std::size_t max_tags = 50;
constexpr std::string_view not_yet = "not available in this version";

/// What users of other APIs type, and what is announced but not there.
constexpr std::array hints{
    QueryReader::Hint{"sort-key", "sort", ""},     QueryReader::Hint{"sort_key", "sort", ""},
    QueryReader::Hint{"sort-dir", "sort", ""},     QueryReader::Hint{"sort_dir", "sort", ""},
    QueryReader::Hint{"marker", "page_token", ""}, QueryReader::Hint{"page_size", "limit", ""},
    QueryReader::Hint{"id", "native_id", ""},      QueryReader::Hint{"dedupe", "", not_yet},
    QueryReader::Hint{"explain", "", not_yet},
};

bool holds(const std::optional<std::vector<std::string>>& list, std::string_view value)
{
    return !list || std::find(list->begin(), list->end(), value) != list->end();
}

/// True for `gte:...` and the like: text that `parse_filter` reads as an operator and its operand.
bool has_operator(std::string_view text)
{
    constexpr std::array<std::string_view, 10> operators{"in",  "neq",    "gt",       "gte", "lt",
                                                         "lte", "prefix", "contains", "eq",  "null"};
    const auto colon = text.find(':');
    return colon != std::string_view::npos &&
           std::find(operators.begin(), operators.end(), text.substr(0, colon)) != operators.end();
}

bool is_lower_bound(const Filter& filter)
{
    return filter.op == Operator::gt || filter.op == Operator::gte;
}

bool is_upper_bound(const Filter& filter)
{
    return filter.op == Operator::lt || filter.op == Operator::lte;
}

/// A range is the one thing that needs two filters on a field: one bound below, one above.
bool is_range(const std::vector<Filter>& filters)
{
    return filters.size() == 2 && ((is_lower_bound(filters[0]) && is_upper_bound(filters[1])) ||
                                   (is_upper_bound(filters[0]) && is_lower_bound(filters[1])));
}

class ListParser {
public:
    ListParser(std::string_view raw_query, const ApiSettings& settings, const std::vector<std::string_view>& source_ids)
        : query_(raw_query), settings_(settings), source_ids_(source_ids)
    {
    }

    std::expected<ListRequest, Problem> parse()
    {
        read_paging();
        read_sort();
        read_words();
        read_answer_options();
        out_.projection = read_projection(query_, Projection::View::basic);
        out_.selection.sources = read_choice(Field::source);
        out_.selection.providers = read_choice(Field::provider);
        out_.selection.regions = read_choice(Field::region);
        check_sources();
        read_filters();
        if (auto problem = query_.finish(hints)) {
            return std::unexpected(std::move(*problem));
        }
        out_.canonical = canonical();
        return std::move(out_);
    }

private:
    void fault(const ParameterFault& fault)
    {
        query_.fault({fault.parameter, fault.code, fault.detail, fault.did_you_mean});
    }

    void read_paging()
    {
        out_.limit = settings_.default_limit;
        if (const auto text = query_.one("limit")) {
            read_limit(*text);
        }
        out_.page_token = query_.one("page_token").value_or("");
    }

    /// Any larger number is lowered to the maximum, also one that no integer holds.
    void read_limit(const std::string& text)
    {
        std::size_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool digits = !text.empty() && end == text.data() + text.size();
        if (!digits || (error == std::errc{} && value == 0)) {
            query_.fault({"limit", "invalid_value", "must be a whole number from 1 on"});
            return;
        }
        out_.limit = error == std::errc{} ? std::min(value, settings_.max_limit) : settings_.max_limit;
    }

    void read_sort()
    {
        if (const auto text = query_.one("sort")) {
            auto read = parse_sort(*text);
            if (auto* keys = std::get_if<std::vector<SortKey>>(&read)) {
                out_.query.sort.keys = std::move(*keys);
            } else {
                fault(std::get<ParameterFault>(read));
            }
        }
    }

    void read_words()
    {
        const auto text = query_.one("q").value_or("");
        if (text.size() > max_words_bytes) {
            query_.fault({"q", "invalid_value", "must not be longer than 200 bytes"});
            return;
        }
        const std::string folded = fold_case(text);
        std::size_t at = 0;
        while ((at = folded.find_first_not_of(" \t\r\n", at)) != std::string::npos) {
            const auto end = std::min(folded.find_first_of(" \t\r\n", at), folded.size());
            out_.query.words.push_back(folded.substr(at, end - at));
            at = end;
        }
        if (out_.query.words.size() > max_words) {
            query_.fault({"q", "invalid_value", "must not have more than 12 words"});
        }
    }

    void read_answer_options()
    {
        constexpr std::array<std::string_view, 2> unknown_words{"exclude", "include"};
        constexpr std::array<std::string_view, 3> partial_words{"allow", "fresh", "fail"};
        constexpr std::array<std::string_view, 2> count_words{"none", "exact"};
        out_.query.unknown = static_cast<UnknownPolicy>(query_.word("unknown", unknown_words).value_or(0));
        out_.on_partial = static_cast<OnPartial>(query_.word("on_partial", partial_words).value_or(0));
        out_.count = query_.word("count", count_words).value_or(1) == 1;
        const auto longest = static_cast<std::uint64_t>(settings_.max_wait.count());
        const auto wait = query_.number("wait_ms", 0, longest);
        out_.wait = wait ? std::chrono::milliseconds(*wait) : settings_.wait;
    }

    std::optional<Filter> read_filter(Field field, std::string_view text)
    {
        const auto refuse = [&](std::string detail) {
            query_.fault({std::string(traits_of(field).name), "invalid_value", std::move(detail)});
            return std::nullopt;
        };
        if (text.size() > max_filter_bytes) {
            return refuse("must not be longer than 4096 bytes");
        }
        auto read = parse_filter(field, text);
        if (auto* filter = std::get_if<Filter>(&read)) {
            return filter->values.size() > max_filter_values ? refuse("must not have more than 250 values")
                                                             : std::optional(std::move(*filter));
        }
        fault(std::get<ParameterFault>(read));
        return std::nullopt;
    }

    /// `source=a,b` picks sources; with another operator it is a filter like any.
    std::optional<std::vector<std::string>> read_choice(Field field)
    {
        const auto text = query_.one(traits_of(field).name);
        if (!text) {
            return std::nullopt;
        }
        auto filter = read_filter(field, has_operator(*text) ? *text : "in:" + *text);
        if (!filter) {
            return std::nullopt;
        }
        if (filter->op != Operator::eq && filter->op != Operator::in) {
            out_.query.filters.push_back(std::move(*filter));
            return std::nullopt;
        }
        std::vector<std::string> out;
        for (const auto& value : filter->values) {
            out.push_back(std::get<std::string>(value));
        }
        return out;
    }

    void check_sources()
    {
        for (const auto& id : out_.selection.sources.value_or(std::vector<std::string>{})) {
            if (query_.is_full()) {
                return;
            }
            if (std::find(source_ids_.begin(), source_ids_.end(), id) == source_ids_.end()) {
                query_.fault({"source", "unknown_source", "no source '" + id + "'", nearest(id, source_ids_)});
            }
        }
    }

    void read_filters()
    {
        for (const auto& field : all_fields()) {
            if (field.field == Field::source || field.field == Field::provider || field.field == Field::region) {
                continue;
            }
            const auto values = query_.all(field.name);
            if (values.size() > max_tags) {
                query_.fault({std::string(field.name), "repeated_parameter", "may be given 50 times at most"});
                continue;
            }
            std::vector<Filter> filters;
            for (const auto& text : values) {
                if (auto filter = read_filter(field.field, text)) {
                    filters.push_back(std::move(*filter));
                }
            }
            if (values.size() > 1 && field.field != Field::tag && !is_range(filters)) {
                query_.fault({std::string(field.name), "repeated_parameter",
                              "may be given once, or as a range with one lower and one upper bound"});
            }
            std::move(filters.begin(), filters.end(), std::back_inserter(out_.query.filters));
        }
    }

    std::string canonical() const
    {
        auto parameters = query_.parameters();
        std::erase_if(parameters, [](const auto& p) { return p.name == "limit" || p.name == "page_token"; });
        std::sort(parameters.begin(), parameters.end());
        std::string text;
        for (const auto& parameter : parameters) {
            text += text.empty() ? "" : "&";
            append_query_component(text, parameter.name);
            text += '=';
            append_query_component(text, parameter.value);
        }
        return text;
    }

    QueryReader query_;
    const ApiSettings& settings_;
    const std::vector<std::string_view>& source_ids_;
    ListRequest out_;
};

} // namespace

bool Selection::picks(const SourceInfo& info) const
{
    const bool region = !regions || (info.region && holds(regions, *info.region));
    return region && holds(sources, info.id) && holds(providers, to_string(info.provider));
}

std::string ListRequest::link(std::string_view token) const
{
    std::string out = prefix + "/v1/images?" + canonical;
    out += canonical.empty() ? "limit=" : "&limit=";
    out += std::to_string(limit);
    if (!token.empty()) {
        out += "&page_token=";
        append_query_component(out, token);
    }
    return out;
}

std::expected<ListRequest, Problem> parse_list_request(std::string_view raw_query, const ApiSettings& settings,
                                                       const std::vector<std::string_view>& source_ids)
{
    return ListParser(raw_query, settings, source_ids).parse();
}

} // namespace polyglance
