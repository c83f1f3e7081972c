#include "proxy/api/schemas.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <set>

#include "cache/fields.hpp"
#include "proxy/api/document.hpp"
#include "proxy/api/image_schema.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view component_prefix = "#/components/schemas/";

Json ref(std::string_view component)
{
    return {{"$ref", std::string(component_prefix) + std::string(component)}};
}

Json list_of(Json items)
{
    return {{"type", "array"}, {"items", std::move(items)}};
}

Json typed(std::string_view type)
{
    return {{"type", type}};
}

Json maybe(std::string_view type)
{
    return {{"type", {type, "null"}}};
}

Json one_of(std::initializer_list<std::string_view> words)
{
    return {{"enum", words}};
}

Json time_or_null()
{
    return {{"type", {"string", "null"}}, {"format", "date-time"}};
}

Json whole()
{
    return {{"type", "integer"}, {"minimum", 0}};
}

Json whole_or_null()
{
    return {{"type", {"integer", "null"}}, {"minimum", 0}};
}

/// An object whose members are all there, but for the `optional` ones. Later versions may add members.
Json object(Json properties, const std::set<std::string>& optional = {})
{
    Json required = Json::array();
    for (const auto& [name, schema] : properties.items()) {
        if (!optional.contains(name)) {
            required.push_back(name);
        }
    }
    return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

Json states()
{
    return one_of({"fresh", "stale", "partial", "error", "pending", "skipped", "disabled"});
}

Json fault()
{
    Json out = object({{"class", typed("string")},
                       {"message", typed("string")},
                       {"at", time_or_null()},
                       {"attempts", whole()},
                       {"next_try_at", time_or_null()}});
    out["type"] = {"object", "null"};
    return out;
}

Json source_status()
{
    return object({{"id", typed("string")},
                   {"provider", typed("string")},
                   {"region", maybe("string")},
                   {"state", states()},
                   {"reason", typed("string")},
                   {"count", whole_or_null()},
                   {"matched", whole_or_null()},
                   {"fetched_at", time_or_null()},
                   {"expires_at", time_or_null()},
                   {"error", fault()}},
                  {"reason", "matched"});
}

Json image_list()
{
    Json page = object({{"limit", whole()},
                        {"returned", whole()},
                        {"next_page_token", maybe("string")},
                        {"total", whole_or_null()},
                        {"total_is", one_of({"exact", "lower_bound", "none"})},
                        {"generation_changed", typed("boolean")}},
                       {"generation_changed"});
    Json warning = object({{"code", typed("string")}, {"source", typed("string")}, {"field", typed("string")}});
    return object(
        {{"images", list_of(ref("Image"))},
         {"page", std::move(page)},
         {"complete", typed("boolean")},
         {"generation", typed("string")},
         {"sources", list_of(ref("SourceStatus"))},
         {"warnings", list_of(std::move(warning))},
         {"links", object({{"self", typed("string")}, {"first", typed("string")}, {"next", maybe("string")}})}});
}

Json image_answer()
{
    return object({{"image", ref("Image")},
                   {"source", ref("SourceStatus")},
                   {"links", object({{"self", typed("string")}, {"source", typed("string")}})}});
}

Json operations()
{
    return object({{"list", typed("boolean")}, {"get", typed("boolean")}, {"delete", typed("boolean")}});
}

Json source()
{
    return object({{"id", typed("string")},
                   {"provider", typed("string")},
                   {"title", typed("string")},
                   {"region", maybe("string")},
                   {"state", states()},
                   {"count", whole_or_null()},
                   {"rows_rejected", whole()},
                   {"ttl_s", whole()},
                   {"min_refresh_s", whole()},
                   {"fetched_at", time_or_null()},
                   {"expires_at", time_or_null()},
                   {"last_error", fault()},
                   {"circuit", one_of({"closed", "open", "half_open"})},
                   {"provides", list_of(typed("string"))},
                   {"operations", operations()}});
}

Json provider()
{
    Json filter =
        object({{"field", typed("string")}, {"type", typed("string")}, {"operators", list_of(typed("string"))}});
    return object({{"kind", typed("string")},
                   {"title", typed("string")},
                   {"fields", list_of(typed("string"))},
                   {"filters", list_of(std::move(filter))},
                   {"sort_keys", list_of(typed("string"))},
                   {"operations", operations()},
                   {"auth", list_of(typed("string"))},
                   {"upstream_page", object({{"size", whole()}, {"max_size", whole()}})}});
}

Json problem()
{
    Json codes = Json::array();
    for (const auto& kind : problem_kinds()) {
        if (codes.empty() || codes.back() != kind.code) {
            codes.push_back(kind.code);
        }
    }
    Json item = object({{"parameter", typed("string")},
                        {"code", typed("string")},
                        {"detail", typed("string")},
                        {"did_you_mean", typed("string")}},
                       {"parameter", "detail", "did_you_mean"});
    return object({{"type", typed("string")},
                   {"title", typed("string")},
                   {"status", {{"type", "integer"}, {"minimum", 400}, {"maximum", 599}}},
                   {"detail", typed("string")},
                   {"instance", typed("string")},
                   {"code", {{"type", "string"}, {"examples", std::move(codes)}}},
                   {"errors", list_of(std::move(item))},
                   {"retryable", typed("boolean")},
                   {"request_id", typed("string")},
                   {"sources", list_of(ref("SourceStatus"))}},
                  {"detail", "instance", "errors", "request_id", "sources"});
}

Json problem_meaning()
{
    Json row = object({{"status", whole()}, {"title", typed("string")}, {"meaning", typed("string")}});
    return object({{"type", typed("string")},
                   {"code", typed("string")},
                   {"retryable", typed("boolean")},
                   {"cases", list_of(std::move(row))}});
}

Json version()
{
    return object({{"name", typed("string")},
                   {"version", typed("string")},
                   {"commit", typed("string")},
                   {"built_at", typed("string")},
                   {"compiler", typed("string")},
                   {"libraries", {{"type", "object"}, {"additionalProperties", typed("string")}}},
                   {"started_at", time_or_null()}});
}

Json index()
{
    return object({{"name", typed("string")},
                   {"version", typed("string")},
                   {"links", {{"type", "object"}, {"additionalProperties", typed("string")}}}});
}

/// Moves every reference in `schema` from OpenAPI's place to `$defs` and notes what it refers to.
void localize(Json& schema, std::set<std::string>& wanted)
{
    if (schema.is_object() && schema.contains("$ref")) {
        const auto name = schema["$ref"].get<std::string>().substr(component_prefix.size());
        schema["$ref"] = "#/$defs/" + name;
        wanted.insert(name);
        return;
    }
    if (schema.is_structured()) {
        for (auto& child : schema) {
            localize(child, wanted);
        }
    }
}

} // namespace

Json component_schemas()
{
    return {{"Image", image_schema()},
            {"ImageList", image_list()},
            {"ImageAnswer", image_answer()},
            {"SourceStatus", source_status()},
            {"Source", source()},
            {"SourceList", object({{"sources", list_of(ref("Source"))}})},
            {"Provider", provider()},
            {"ProviderList", object({{"providers", list_of(ref("Provider"))}})},
            {"Problem", problem()},
            {"ProblemMeaning", problem_meaning()},
            {"Version", version()},
            {"Index", index()}};
}

std::string schema_document(const std::string& component, const std::string& id)
{
    const Json components = component_schemas();
    Json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"$id", id}};
    Json body = components.at(component);
    std::set<std::string> wanted;
    localize(body, wanted);
    out.update(body);
    for (const auto& name : wanted) { // what they refer to refers to nothing further
        out["$defs"][name] = components.at(name);
    }
    return out.dump(2) + '\n';
}

Response get_schema(const Request& request)
{
    constexpr std::array<std::array<std::string_view, 2>, 3> published{
        {{"image", "Image"}, {"images", "ImageList"}, {"problem", "Problem"}}};
    for (const auto& [name, component] : published) {
        if (request.path_parameter("name") == name) {
            return document_response(request, "application/schema+json",
                                     schema_document(std::string(component), "/v1/schemas/" + std::string(name)),
                                     long_lived);
        }
    }
    return problem_response({.code = "not_found", .detail = "No schema of that name."}, request);
}

} // namespace polyglance
