#include "proxy/api/image_schema.hpp"

#include <nlohmann/json.hpp>

#include <string>

#include "cache/fields.hpp"

namespace polyglance {
namespace {

using Json = nlohmann::ordered_json;

Json map_of(Json values)
{
    return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

/// Null is not a value of these: they are always known, or left out.
bool is_never_null(Field field)
{
    return field == Field::uid || field == Field::provider || field == Field::source || field == Field::native_id ||
           field == Field::hidden || field == Field::ecs_image_id;
}

Json type_or_null(std::string_view type, Field field)
{
    return is_never_null(field) ? Json{{"type", type}} : Json{{"type", {type, "null"}}};
}

Json field_schema(const FieldTraits& traits)
{
    switch (traits.type) {
    case FieldType::integer:
        return type_or_null("integer", traits.field);
    case FieldType::boolean:
        return type_or_null("boolean", traits.field);
    case FieldType::time: {
        Json out = type_or_null("string", traits.field);
        out["format"] = "date-time";
        return out;
    }
    case FieldType::word: {
        Json words = words_of(traits.field);
        if (!is_never_null(traits.field)) {
            words.push_back(nullptr);
        }
        return {{"enum", std::move(words)}};
    }
    case FieldType::text:
    case FieldType::set:
        break;
    }
    return type_or_null("string", traits.field);
}

/// Members that are no filterable field, or whose shape is more than their fields.
void add_composites(Json& properties)
{
    const Json text = {{"type", "string"}};
    properties["alt_ids"]["additionalProperties"] = text;
    properties["checksum"]["type"] = {"object", "null"};
    for (const auto* part : {"algo", "value"}) {
        properties["checksum"]["properties"][part] = text;
    }
    properties["tags"] = {{"type", {"array", "null"}}, {"items", text}};
    properties["inferred"] = {{"type", "array"}, {"items", text}};
    properties["capabilities"] = map_of({{"type", {"boolean", "string"}}});
    properties["capabilities"]["type"] = {"object", "null"};
    Json link = {{"type", "object"}, {"properties", {{"rel", text}, {"href", text}, {"type", text}}}};
    link["required"] = {"rel", "href"};
    properties["links"] = {{"type", "array"}, {"items", std::move(link)}};
    properties["properties"] = map_of(true);
}

} // namespace

Json image_schema()
{
    Json properties = Json::object();
    for (const auto& traits : all_fields()) {
        const std::string name(traits.name);
        const auto dot = name.find('.');
        if (traits.type == FieldType::set) {
            continue;
        }
        if (dot == std::string::npos) {
            properties[name] = field_schema(traits);
            continue;
        }
        auto& parent = properties[name.substr(0, dot)];
        parent["type"] = "object";
        parent["properties"][name.substr(dot + 1)] = field_schema(traits);
    }
    add_composites(properties);
    return {{"type", "object"}, {"properties", std::move(properties)}, {"required", {"uid"}}};
}

} // namespace polyglance
