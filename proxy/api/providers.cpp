#include "proxy/api/providers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "adapters/provider_adapter.hpp"
#include "cache/query.hpp"
#include "proxy/api/document.hpp"
#include "proxy/api/json_members.hpp"
#include "proxy/api/request_guard.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {
namespace {

constexpr std::array providers{Provider::nova, Provider::glance, Provider::cloudimages, Provider::batchcompute};

std::string_view type_word(FieldType type)
{
    switch (type) {
    case FieldType::text:
        return "text";
    case FieldType::word:
        return "word";
    case FieldType::integer:
        return "integer";
    case FieldType::boolean:
        return "boolean";
    case FieldType::time:
        return "time";
    case FieldType::set:
        break;
    }
    return "set";
}

/// A value that a filter on this field takes.
std::string sample_value(Field field)
{
    switch (traits_of(field).type) {
    case FieldType::word:
        return std::string(words_of(field).front());
    case FieldType::integer:
        return "1";
    case FieldType::boolean:
        return "true";
    case FieldType::time:
        return "2020-01-01T00:00:00Z";
    case FieldType::text:
    case FieldType::set:
        break;
    }
    return "a";
}

bool provides(const ProviderTraits& traits, const FieldTraits& field)
{
    return std::find(traits.provides.begin(), traits.provides.end(), field.member) != traits.provides.end();
}

void append_filters(std::string& out, const ProviderTraits& traits)
{
    json::append_key(out, "filters");
    out += '[';
    for (const auto& field : all_fields()) {
        if (!provides(traits, field)) {
            continue;
        }
        out += out.back() == '[' ? "{" : ",{";
        append_member(out, "field", field.name);
        append_member(out, "type", type_word(field.type));
        append_texts(out, "operators", operators_of(field.field));
        out += '}';
    }
    out += ']';
}

void append_provider(std::string& out, const ProviderTraits& traits)
{
    std::vector<std::string_view> sort_keys;
    for (const auto& field : all_fields()) {
        if (field.sortable && provides(traits, field)) {
            sort_keys.push_back(field.name);
        }
    }
    std::vector<std::string_view> auth;
    auth.reserve(traits.auth.size());
    for (const auto type : traits.auth) {
        auth.push_back(to_string(type));
    }
    out += '{';
    append_member(out, "kind", to_string(traits.provider));
    append_member(out, "title", traits.title);
    append_texts(out, "fields", traits.provides);
    append_filters(out, traits);
    append_texts(out, "sort_keys", sort_keys);
    json::append_key(out, "operations");
    out += "{\"list\":true,\"get\":true,\"delete\":";
    append_value(out, traits.can_delete);
    out += '}';
    append_texts(out, "auth", auth);
    json::append_key(out, "upstream_page");
    out += '{';
    append_member(out, "size", traits.page_size);
    append_member(out, "max_size", traits.max_page_size);
    out += "}}";
}

} // namespace

std::vector<std::string_view> operators_of(Field field)
{
    using enum Operator;
    constexpr std::array<std::pair<std::string_view, Operator>, 10> all{{{"eq", eq},
                                                                         {"neq", neq},
                                                                         {"in", in},
                                                                         {"gt", gt},
                                                                         {"gte", gte},
                                                                         {"lt", lt},
                                                                         {"lte", lte},
                                                                         {"prefix", prefix},
                                                                         {"contains", contains},
                                                                         {"null", null}}};
    std::vector<std::string_view> out;
    for (const auto& [word, op] : all) {
        const std::string text = std::string(word) + ':' + (op == null ? "true" : sample_value(field));
        const auto read = parse_filter(field, text);
        const auto* filter = std::get_if<Filter>(&read);
        if (filter != nullptr && filter->op == op) {
            out.push_back(word);
        }
    }
    return out;
}

Response list_providers(const Request& request)
{
    std::string body = "{\"providers\":[";
    for (const auto provider : providers) {
        body += body.back() == '[' ? "" : ",";
        append_provider(body, traits_of(provider));
    }
    return document_response(request, json_type, body + "]}\n", long_lived);
}

Response get_provider(const Request& request)
{
    const auto provider = enum_from<Provider>(request.path_parameter("kind"));
    if (!provider) {
        return problem_response({.code = "not_found", .detail = "No provider of that kind."}, request);
    }
    std::string body;
    append_provider(body, traits_of(*provider));
    return document_response(request, json_type, body + '\n', long_lived);
}

} // namespace polyglance
