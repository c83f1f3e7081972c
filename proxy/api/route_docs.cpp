#include "proxy/api/route_docs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "cache/fields.hpp"
#include "proxy/api/providers.hpp"

namespace polyglance {
namespace {

constexpr auto text_schema = R"({"type":"string"})";
constexpr auto list_schema = R"({"type":"string","description":"comma list"})";

ParameterDoc query_parameter(std::string name, std::string description, std::string schema)
{
    return {std::move(name), "query", std::move(description), std::move(schema)};
}

ParameterDoc word_parameter(std::string name, std::string description, std::vector<std::string_view> words)
{
    auto schema = fmt::format(R"({{"enum":["{}"],"default":"{}"}})", fmt::join(words, R"(",")"), words.front());
    return query_parameter(std::move(name), std::move(description), std::move(schema));
}

ParameterDoc filter_parameter(const FieldTraits& field)
{
    if (field.field == Field::tag) {
        return query_parameter("tag", "Images with this tag. May be repeated: all must match.",
                               R"({"type":"array","items":{"type":"string"}})");
    }
    return query_parameter(std::string(field.name),
                           fmt::format("Filter: a value, or one of {} before it, as in `op:value`.",
                                       fmt::join(operators_of(field.field), ", ")),
                           text_schema);
}

bool picks_sources(Field field)
{
    return field == Field::source || field == Field::provider || field == Field::region;
}

} // namespace

ParameterDoc path_parameter(std::string name, std::string description)
{
    return {std::move(name), "path", std::move(description), text_schema, true};
}

ParameterDoc header_parameter(std::string name, std::string description)
{
    return {std::move(name), "header", std::move(description), text_schema};
}

ParameterDoc flag_parameter(std::string name, std::string description)
{
    return query_parameter(std::move(name), std::move(description), R"({"enum":["0","1"],"default":"0"})");
}

std::vector<ParameterDoc> projection_parameters()
{
    return {query_parameter("view", "Members to show; basic leaves out links, properties and capabilities.",
                            R"({"enum":["basic","full"]})"),
            query_parameter("fields", "Members to show, instead of view; uid is always there.", list_schema),
            flag_parameter("omit_null", "Leave out members that are null.")};
}

std::vector<ParameterDoc> list_parameters()
{
    std::vector<ParameterDoc> out{
        query_parameter("limit", "Rows per page; a larger number than the maximum is lowered to it.",
                        R"({"type":"integer","minimum":1})"),
        query_parameter("page_token", "From page.next_page_token of the page before.", text_schema),
        query_parameter("sort", "key[:asc|desc],...; uid comes last by itself.",
                        R"({"type":"string","default":"created_at:desc"})"),
        query_parameter("source", "Only these sources.", list_schema),
        query_parameter("provider", "Only sources of these providers.", list_schema),
        query_parameter("region", "Only sources in these regions.", list_schema),
        query_parameter("q", "Up to 12 words that must all occur in name, description, os, native_id or tags.",
                        R"({"type":"string","maxLength":200})"),
        word_parameter("unknown", "Images of sources that do not provide a filtered field.", {"exclude", "include"}),
        word_parameter("on_partial", "What missing (fail) or also stale (fresh) sources do to the answer.",
                       {"allow", "fresh", "fail"}),
        word_parameter("count", "Whether to count all matches.", {"exact", "none"}),
        query_parameter("wait_ms", "Time budget of the whole answer.", R"({"type":"integer","minimum":0})"),
    };
    for (auto& parameter : projection_parameters()) {
        out.push_back(std::move(parameter));
    }
    for (const auto& field : all_fields()) {
        if (!picks_sources(field.field)) {
            out.push_back(filter_parameter(field));
        }
    }
    return out;
}

} // namespace polyglance
