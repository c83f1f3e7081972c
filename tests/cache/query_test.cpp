#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cache/query.hpp"
#include "tests/cache/random_query.hpp"
#include "tests/support/generators.hpp"

namespace polyglance {
namespace {

using enum Operator;

void expect_filter(Field field, std::string_view text, Operator op, std::vector<FieldValue> values)
{
    const auto parsed = parse_filter(field, text);
    ASSERT_TRUE(std::holds_alternative<Filter>(parsed)) << text << ": " << std::get<ParameterFault>(parsed).detail;
    const auto& filter = std::get<Filter>(parsed);
    EXPECT_EQ(filter.field, field);
    EXPECT_EQ(filter.op, op) << text;
    EXPECT_EQ(filter.values, values) << text;
}

ParameterFault fault_of(Field field, std::string_view text)
{
    const auto parsed = parse_filter(field, text);
    if (const auto* fault = std::get_if<ParameterFault>(&parsed)) {
        EXPECT_EQ(fault->parameter, traits_of(field).name);
        EXPECT_FALSE(fault->detail.empty());
        return *fault;
    }
    ADD_FAILURE() << text << " was taken";
    return {};
}

ParameterFault sort_fault(std::string_view text)
{
    const auto parsed = parse_sort(text);
    if (const auto* fault = std::get_if<ParameterFault>(&parsed)) {
        EXPECT_EQ(fault->parameter, "sort");
        return *fault;
    }
    ADD_FAILURE() << text << " was taken";
    return {};
}

TEST(ParseFilter, PlainTextIsEquality)
{
    expect_filter(Field::name, "ubuntu", eq, {"ubuntu"});
    expect_filter(Field::name, "", eq, {""});
    expect_filter(Field::name, "a,b", eq, {"a,b"});
    expect_filter(Field::status, "active", eq, {"active"});
    expect_filter(Field::tag, "env:prod", eq, {"env:prod"});
}

TEST(ParseFilter, ReadsEveryOperator)
{
    expect_filter(Field::name, "eq:x", eq, {"x"});
    expect_filter(Field::name, "neq:x", neq, {"x"});
    expect_filter(Field::name, "lt:x", lt, {"x"});
    expect_filter(Field::name, "lte:x", lte, {"x"});
    expect_filter(Field::name, "gt:x", gt, {"x"});
    expect_filter(Field::name, "gte:x", gte, {"x"});
    expect_filter(Field::name, "prefix:x", prefix, {"x"});
    expect_filter(Field::name, "contains:x:y", contains, {"x:y"});
    expect_filter(Field::name, "in:x", in, {"x"});
    expect_filter(Field::name, "null:true", null, {std::int64_t{1}});
    expect_filter(Field::name, "null:false", null, {std::int64_t{0}});
}

TEST(ParseFilter, EqTakesWhatLooksLikeAnOperator)
{
    expect_filter(Field::name, "eq:in:x", eq, {"in:x"});
    expect_filter(Field::name, "eq:", eq, {""});
}

TEST(ParseFilter, ATextFieldTakesAnUnknownWordAsPlainText)
{
    expect_filter(Field::name, "like:x", eq, {"like:x"});
    expect_filter(Field::name, "IN:x", eq, {"IN:x"});
    expect_filter(Field::name, ":x", eq, {":x"});
}

TEST(ParseFilter, ReadsListsWithQuotes)
{
    expect_filter(Field::name, "in:a,b", in, {"a", "b"});
    expect_filter(Field::name, R"(in:"a,b",c,"")", in, {"a,b", "c", ""});
    expect_filter(Field::name, R"(in:"say \"hi\" \\")", in, {R"(say "hi" \)"});
    expect_filter(Field::name, R"(in:a"b)", in, {R"(a"b)"});
    expect_filter(Field::os_bits, "in:32,64", in, {std::int64_t{32}, std::int64_t{64}});
}

TEST(ParseFilter, RefusesBrokenLists)
{
    for (const std::string_view text : {"in:", "in:a,", "in:,a", "in:a,,b", R"(in:"a)", R"(in:"a"b)", R"(in:"a\")"}) {
        EXPECT_EQ(fault_of(Field::name, text).code, "invalid_value") << text;
    }
    std::string long_list = "in:x";
    for (int i = 0; i < 255; ++i) {
        long_list += ",x";
    }
    expect_filter(Field::name, long_list, in, std::vector<FieldValue>(256, "x"));
    EXPECT_EQ(fault_of(Field::name, long_list + ",x").code, "invalid_value");
}

TEST(ParseFilter, SourcesAreListedWithoutAnOperator)
{
    expect_filter(Field::source, "a,b", in, {"a", "b"});
    expect_filter(Field::provider, "nova,glance", in, {"nova", "glance"});
    expect_filter(Field::region, "r", eq, {"r"});
}

TEST(ParseFilter, ReadsNumbersStrictly)
{
    expect_filter(Field::size_bytes, "gte:-9223372036854775808", gte, {std::numeric_limits<std::int64_t>::min()});
    expect_filter(Field::size_bytes, "9223372036854775807", eq, {std::numeric_limits<std::int64_t>::max()});
    for (const std::string_view text : {"", "1.0", "1e3", " 1", "1 ", "+1", "0x1", "9223372036854775808", "gte:"}) {
        EXPECT_EQ(fault_of(Field::size_bytes, text).code, "invalid_value") << text;
    }
}

TEST(ParseFilter, ReadsBooleansStrictly)
{
    expect_filter(Field::is_protected, "true", eq, {std::int64_t{1}});
    expect_filter(Field::is_protected, "neq:false", neq, {std::int64_t{0}});
    for (const std::string_view text : {"", "True", "1", "yes", "null:1", "null:"}) {
        EXPECT_EQ(fault_of(Field::is_protected, text).code, "invalid_value") << text;
    }
}

TEST(ParseFilter, ReadsTimes)
{
    expect_filter(Field::created_at, "1970-01-01T00:00:01Z", eq, {std::int64_t{1'000'000}});
    expect_filter(Field::created_at, "gte:1970-01-01T01:00:00.000002+01:00", gte, {std::int64_t{2}});
    for (const std::string_view text : {"", "yesterday", "2024-01-01", "gte:2024-13-01T00:00:00Z"}) {
        EXPECT_EQ(fault_of(Field::created_at, text).code, "invalid_value") << text;
    }
}

TEST(ParseFilter, WordsMustBeOfTheSet)
{
    const auto fault = fault_of(Field::status, "actve");
    EXPECT_EQ(fault.code, "invalid_value");
    EXPECT_EQ(fault.did_you_mean, "active");
    EXPECT_EQ(fault_of(Field::status, "in:active,ACTIVE").did_you_mean, "active");
    expect_filter(Field::status, "prefix:a", prefix, {"a"});
}

TEST(ParseFilter, RefusesOperatorsThatTheTypeDoesNotHave)
{
    EXPECT_EQ(fault_of(Field::size_bytes, "contains:1").code, "invalid_operator");
    EXPECT_EQ(fault_of(Field::is_protected, "lt:true").code, "invalid_operator");
    EXPECT_EQ(fault_of(Field::tag, "gt:a").code, "invalid_operator");
    EXPECT_EQ(fault_of(Field::status, "new:active").did_you_mean, "neq");
    EXPECT_EQ(fault_of(Field::created_at, "since:2024-01-01T00:00:00Z").code, "invalid_operator");
}

TEST(ParseFilter, FaultsQuoteLongTextShortened)
{
    std::string text(99, 'x');
    for (int i = 0; i < 100; ++i) {
        text += "中";
    }
    const auto detail = fault_of(Field::size_bytes, text).detail;
    EXPECT_LT(detail.size(), 150u);
    EXPECT_NE(detail.find("x...'"), std::string::npos);
}

RC_GTEST_PROP(ParseFilter, AnyTextGivesAFilterOrAFault, ())
{
    const auto field = rc::gen::map(rc::gen::elementOf(std::vector(all_fields().begin(), all_fields().end())),
                                    [](const FieldTraits& traits) { return traits.field; });
    const auto text = *rc::gen::element<std::string>("", "in:", "null:", "eq:", "gte:") + *test::awkward_text();

    const auto parsed = parse_filter(*field, text);

    if (const auto* filter = std::get_if<Filter>(&parsed)) {
        RC_ASSERT(!filter->values.empty());
    } else {
        RC_ASSERT(!std::get<ParameterFault>(parsed).code.empty());
    }
}

TEST(ParseSort, ReadsKeysAndDirections)
{
    const auto parsed = parse_sort("name,created_at:desc,os.distro:asc,uid:desc");

    ASSERT_TRUE(std::holds_alternative<std::vector<SortKey>>(parsed));
    EXPECT_EQ(std::get<0>(parsed),
              (std::vector<SortKey>{
                  {Field::name, false}, {Field::created_at, true}, {Field::os_distro, false}, {Field::uid, true}}));
}

TEST(ParseSort, RefusesWhatIsNoOrder)
{
    for (const std::string_view text : {"", ",", "name,", "name:", "name:up", "name:asc:asc", "name,name:desc",
                                        "name,status,owner,origin,artifact,hidden,region,source,provider"}) {
        EXPECT_EQ(sort_fault(text).code, "invalid_value") << text;
    }
    for (const std::string_view text : {"tag", "nam", "DROP", "properties", "name,os"}) {
        EXPECT_EQ(sort_fault(text).code, "unsortable_field") << text;
    }
    EXPECT_EQ(sort_fault("nam").did_you_mean, "name");
    EXPECT_EQ(sort_fault("name:decs").did_you_mean, "desc");
}

TEST(SortSpec, NothingCountsBehindUid)
{
    const SortSpec spec{.keys = {{Field::name, true}, {Field::uid, true}, {Field::owner, false}}};

    EXPECT_EQ(spec.normalized(), (SortSpec{.keys = {{Field::name, true}}, .uid_descending = true}));
    EXPECT_EQ(spec.normalized().key(), "name:desc,uid:desc");
}

RC_GTEST_PROP(SortSpec, EqualKeysMeanEqualSpecs, ())
{
    const auto a = *test::any_sort();
    const auto b = *test::any_sort();

    RC_ASSERT((a.key() == b.key()) == (a == b));
    RC_ASSERT(SortSpec(a).key() == a.key());
}

TEST(Nearest, FindsLikelySlips)
{
    const std::vector<std::string_view> candidates{"sort",  "status",      "status_raw", "os.distro",
                                                   "limit", "description", "page_token"};
    EXPECT_EQ(nearest("sort-key", candidates), "sort");
    EXPECT_EQ(nearest("Status", candidates), "status");
    EXPECT_EQ(nearest("stauts", candidates), "status");
    EXPECT_EQ(nearest("distro", candidates), "os.distro");
    EXPECT_EQ(nearest("limt", candidates), "limit");
    EXPECT_EQ(nearest("desc", candidates), "description");
    EXPECT_EQ(nearest("page-token", candidates), "page_token");
    EXPECT_EQ(nearest("marker", candidates), "");
    EXPECT_EQ(nearest("", candidates), "");
    EXPECT_EQ(nearest(std::string(100'000, 's'), candidates), "");
}

} // namespace
} // namespace polyglance
