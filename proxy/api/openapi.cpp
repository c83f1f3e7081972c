#include "proxy/api/openapi.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "proxy/api/document.hpp"
#include "proxy/api/plain_route.hpp"
#include "proxy/api/request_guard.hpp"
#include "proxy/api/schemas.hpp"

namespace polyglance {
namespace {

using Json = nlohmann::ordered_json;

std::string lower_method(Method method)
{
    std::string out(to_string(method));
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    return out;
}

Json content(std::string_view type, std::string_view schema)
{
    return {{std::string(type), {{"schema", {{"$ref", schema}}}}}};
}

/// "unknown_parameter, invalid_value": the codes that come with a status.
std::string codes_of(int status)
{
    std::vector<std::string_view> codes;
    for (const auto& kind : problem_kinds()) {
        if (kind.status == status) {
            codes.push_back(kind.code);
        }
    }
    return fmt::format("{}", fmt::join(codes, ", "));
}

Json responses(const RouteDoc& doc)
{
    Json success{{"description", "Done as asked."}};
    if (!doc.response_schema.empty()) {
        success["content"] = content(json_type, doc.response_schema);
    }
    Json out{{std::to_string(doc.success), std::move(success)}};
    for (const int status : doc.errors) {
        out[std::to_string(status)] = {
            {"description", codes_of(status)},
            {"content", content("application/problem+json", "#/components/schemas/Problem")}};
    }
    return out;
}

Json parameters(const RouteDoc& doc)
{
    Json out = Json::array();
    for (const auto& parameter : doc.parameters) {
        out.push_back({{"name", parameter.name},
                       {"in", parameter.where},
                       {"required", parameter.required || parameter.where == "path"},
                       {"description", parameter.description},
                       {"schema", Json::parse(parameter.schema_json)}});
    }
    return out;
}

Json operation(const Route& route)
{
    Json out{{"operationId", route.doc.operation_id}, {"summary", route.doc.summary}};
    if (route.audience == Audience::admin) {
        out["x-listener"] = "admin";
    }
    if (!route.doc.parameters.empty()) {
        out["parameters"] = parameters(route.doc);
    }
    out["responses"] = responses(route.doc);
    return out;
}

} // namespace

std::string openapi_document(std::span<const Route> routes, std::string_view version)
{
    Json paths = Json::object();
    for (const auto& route : routes) {
        paths[route.pattern][lower_method(route.method)] = operation(route);
    }
    const Json document{
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "Polyglance"},
          {"version", version},
          {"description", "One endpoint for every cloud's machine images. Every GET path also answers HEAD."}}},
        {"paths", std::move(paths)},
        {"components", {{"schemas", component_schemas()}}}};
    return document.dump(2) + '\n';
}

void add_openapi_route(std::vector<Route>& routes, std::string_view version)
{
    const auto document = std::make_shared<std::string>();
    routes.push_back(
        plain_route({.pattern = "/openapi.json",
                     .doc = {.operation_id = "getOpenApi", .summary = "This API as OpenAPI 3.1.", .errors = {400, 406}},
                     .offers = {json_type},
                     .answer = [document](const Request& request) {
                         return document_response(request, json_type, *document, long_lived);
                     }}));
    *document = openapi_document(routes, version);
}

} // namespace polyglance
