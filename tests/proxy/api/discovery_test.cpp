#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cache/fields.hpp"
#include "cache/record.hpp"
#include "proxy/api/providers.hpp"
#include "proxy/api/schemas.hpp"
#include "tests/proxy/api/api_harness.hpp"

namespace polyglance::test {
namespace {

using Json = nlohmann::json;

TEST(OpenApi, ListsExactlyTheRoutes)
{
    ApiHarness api;
    const auto document = api.get("/openapi.json").json();
    std::set<std::pair<std::string, std::string>> wanted;
    std::set<std::pair<std::string, std::string>> listed;
    for (const auto& route : api.router.routes()) {
        std::string method(to_string(route.method));
        std::transform(method.begin(), method.end(), method.begin(),
                       [](char c) { return static_cast<char>(c | 0x20); });
        wanted.emplace(method, route.pattern);
    }
    for (const auto& [path, operations] : document["paths"].items()) {
        for (const auto& [method, operation] : operations.items()) {
            listed.emplace(method, path);
        }
    }

    EXPECT_EQ(document["openapi"], "3.1.0");
    EXPECT_EQ(listed, wanted);
}

TEST(OpenApi, OperationsAreCompleteAndRefersToWhatExists)
{
    ApiHarness api;
    const auto document = api.get("/openapi.json").json();
    std::set<std::string> ids;
    for (const auto& [path, operations] : document["paths"].items()) {
        for (const auto& [method, operation] : operations.items()) {
            EXPECT_TRUE(ids.insert(operation["operationId"]).second) << path;
            std::size_t in_path = 0;
            for (const auto& parameter : operation.value("parameters", Json::array())) {
                in_path += parameter["in"] == "path" ? 1 : 0;
                EXPECT_TRUE(parameter["schema"].is_object()) << path;
            }
            EXPECT_EQ(in_path, static_cast<std::size_t>(std::count(path.begin(), path.end(), '{'))) << path;
            for (const auto& [status, response] : operation["responses"].items()) {
                EXPECT_FALSE(response["description"].get<std::string>().empty()) << path << status;
            }
        }
    }
    const auto text = document.dump();
    const std::string mark = R"("$ref":"#/components/schemas/)";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const auto start = at + mark.size();
        const auto name = text.substr(start, text.find('"', start) - start);
        EXPECT_TRUE(document["components"]["schemas"].contains(name)) << name;
    }
}

TEST(OpenApi, EveryParameterOfTheListIsUnderstood)
{
    ApiHarness api;
    const auto document = api.get("/openapi.json").json();
    std::set<std::string> documented;
    for (const auto& parameter : document["paths"]["/v1/images"]["get"]["parameters"]) {
        const std::string name = parameter["name"];
        documented.insert(name);
        const auto answer = api.get("/v1/images?" + name + "=%20");
        EXPECT_EQ(answer.body.find("unknown_parameter"), std::string::npos) << name;
    }
    for (const auto& field : all_fields()) {
        EXPECT_TRUE(documented.contains(std::string(field.name))) << field.name;
    }
    EXPECT_FALSE(documented.contains("dedupe"));
}

TEST(Routes, EachRefusesUnknownParametersAndForms)
{
    ApiHarness api;
    api.configure({a_source("a")});
    for (const auto& route : api.router.routes()) {
        std::string target = route.pattern;
        for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
                 {"{uid}", "a~1"}, {"{id}", "a"}, {"{kind}", "nova"}, {"{name}", "image"}, {"{code}", "internal"}}) {
            if (const auto at = target.find(name); at != std::string::npos) {
                target.replace(at, name.size(), value);
            }
        }
        EXPECT_EQ(api.send(route.method, target + "?nosuch=1").code(), "unknown_parameter") << target;
        const bool negotiated =
            std::find(route.doc.errors.begin(), route.doc.errors.end(), 406) != route.doc.errors.end();
        const auto answer = api.send(route.method, target, {{"Accept", "image/png"}});
        EXPECT_EQ(answer.status == 406, negotiated) << target;
    }
    EXPECT_TRUE(api.refresh.removed.empty());
}

TEST(Routes, UnknownMethodsNameTheAllowedOnes)
{
    ApiHarness api;

    EXPECT_EQ(api.send(Method::post, "/v1/images").headers.at("Allow"), "GET, HEAD");
    EXPECT_EQ(api.send(Method::post, "/v1/images/a~1").headers.at("Allow"), "GET, HEAD, DELETE");
    EXPECT_EQ(api.get("/v1/images/").status, 404);
}

TEST(Providers, TellFieldsFiltersAndOperations)
{
    ApiHarness api;
    const auto all = api.get("/v1/providers").json()["providers"];
    const auto glance = api.get("/v1/providers/glance").json();

    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[1], glance);
    EXPECT_EQ(glance["kind"], "glance");
    EXPECT_EQ(glance["operations"]["delete"], true);
    const auto& keys = glance["sort_keys"];
    EXPECT_NE(std::find(keys.begin(), keys.end(), "created_at"), keys.end());
    EXPECT_EQ(api.get("/v1/providers/aws").code(), "not_found");
}

TEST(Providers, OperatorsAreThoseOfTheParser)
{
    using Words = std::vector<std::string_view>;
    EXPECT_EQ(operators_of(Field::name),
              (Words{"eq", "neq", "in", "gt", "gte", "lt", "lte", "prefix", "contains", "null"}));
    EXPECT_EQ(operators_of(Field::is_protected), (Words{"eq", "neq", "in", "null"}));
    EXPECT_EQ(operators_of(Field::size_bytes), (Words{"eq", "neq", "in", "gt", "gte", "lt", "lte", "null"}));
}

TEST(Schemas, ImageHasEveryMemberOfARecord)
{
    const auto schema = Json::parse(schema_document("Image", "/v1/schemas/image"));
    for (const auto member : record_members()) {
        const std::string name(member);
        const auto dot = name.find('.');
        const auto& top = schema["properties"];
        ASSERT_TRUE(top.contains(name.substr(0, dot))) << name;
        if (dot != std::string::npos) {
            EXPECT_TRUE(top[name.substr(0, dot)]["properties"].contains(name.substr(dot + 1))) << name;
        }
    }
}

TEST(Schemas, UnknownIs404)
{
    ApiHarness api;

    EXPECT_EQ(api.get("/v1/schemas/nosuch").code(), "not_found");
    EXPECT_EQ(api.get("/v1/schemas/images").headers.at("Content-Type"), "application/schema+json");
}

} // namespace
} // namespace polyglance::test
