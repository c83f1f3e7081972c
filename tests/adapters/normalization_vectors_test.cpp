// The project's agreed examples: what each provider sends, and the unified record it means.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/os_names.hpp"
#include "adapters/scalars.hpp"
#include "tests/support/codecs.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/image_json.hpp"

namespace polyglance {
namespace {

using Json = nlohmann::json;

const Json& vectors()
{
    static const Json document = Json::parse(test::fixture("model/normalization-vectors.json"));
    return document;
}

class ImageVector : public testing::TestWithParam<Json> {};

TEST_P(ImageVector, DecodesToTheExpectedRecord)
{
    Json expected = GetParam().at("expected");
    const auto provider = enum_from<Provider>(expected.at("provider").get<std::string>());
    ASSERT_TRUE(provider);
    for (const auto* const of_the_source : {"uid", "provider", "source", "region"}) {
        expected.erase(of_the_source);
    }

    const auto image = test::decode_as(*provider, GetParam().at("input").dump());

    ASSERT_TRUE(image);
    EXPECT_EQ(test::image_json(*image), expected) << Json::diff(expected, test::image_json(*image)).dump(1);
}

std::string test_name(const testing::TestParamInfo<Json>& info)
{
    auto name = info.param.at("name").get<std::string>();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Vectors, ImageVector, testing::ValuesIn(vectors().at("images").get<std::vector<Json>>()),
                         test_name);

/// Reads every wire value of a scalar table and compares what comes out, written as JSON, with the table.
template <class Read>
void check_table(const std::string& table, Read read)
{
    const Json& rows = vectors().at("scalars").at(table);
    ASSERT_FALSE(rows.empty());
    for (const Json& row : rows) {
        const auto tape = json::Tape::parse(row.at(0).dump());
        EXPECT_EQ(read(tape->root()), row.at(1)) << row.dump();
    }
}

TEST(ScalarVectors, Timestamps)
{
    check_table("timestamp", [](json::Value value) {
        const auto instant = wire::read_timestamp(value).value;
        return instant ? Json(format_timestamp(*instant)) : Json();
    });
}

TEST(ScalarVectors, Booleans)
{
    check_table("boolean", [](json::Value value) {
        const auto flag = wire::read_bool(value).value;
        return flag ? Json(*flag) : Json();
    });
}

TEST(ScalarVectors, Sizes)
{
    check_table("size", [](json::Value value) {
        const auto size = wire::read_count(value).value;
        return size ? Json(*size) : Json();
    });
}

TEST(ScalarVectors, OsVersions)
{
    for (const Json& row : vectors().at("scalars").at("os_version")) {
        const Json& platform = row.at(0).at(1);

        const auto said = wire::parse_os_version(row.at(0).at(0).get<std::string>(),
                                                 platform.is_null() ? "" : platform.get<std::string>());

        const Json got{said.version ? Json(*said.version) : Json(), said.bits ? Json(*said.bits) : Json()};
        EXPECT_EQ(got, row.at(1)) << row.dump();
    }
}

} // namespace
} // namespace polyglance
