#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "proxy/api/list_request.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

std::expected<ListRequest, Problem> parse(std::string_view query)
{
    const ApiSettings settings{100, 1000, 2s, 30s, CursorCodec(std::string(32, 'k'))};
    return parse_list_request(query, settings, {"os-a", "hw-b"});
}

/// parameter -> code, of all faults.
std::multimap<std::string, std::string> faults(std::string_view query)
{
    std::multimap<std::string, std::string> out;
    const auto parsed = parse(query);
    if (!parsed) {
        for (const auto& item : parsed.error().errors) {
            out.emplace(item.parameter, item.code);
        }
    }
    return out;
}

using Faults = std::multimap<std::string, std::string>;

/// `piece` so many times, without its last character at the end.
std::string many(std::string_view piece, int times)
{
    std::string out;
    for (int i = 0; i < times; ++i) {
        out += piece;
    }
    return out.substr(0, out.size() - 1);
}

TEST(ListRequest, HasTheDocumentedDefaults)
{
    const auto request = parse("");

    ASSERT_TRUE(request);
    EXPECT_EQ(request->limit, 100u);
    EXPECT_EQ(request->wait, 2s);
    EXPECT_EQ(request->query, Query{});
    EXPECT_EQ(request->projection, Projection{});
    EXPECT_EQ(request->on_partial, OnPartial::allow);
    EXPECT_TRUE(request->count);
    EXPECT_EQ(request->link(""), "/v1/images?limit=100");
}

TEST(ListRequest, ReadsEveryOption)
{
    const auto request = parse("limit=7&sort=name:desc,size_bytes&q=+Ubuntu%20%20LTS&unknown=include&on_partial=fresh"
                               "&wait_ms=0&count=none&view=full&omit_null=1&source=os-a,hw-b&provider=glance"
                               "&region=RegionOne&status=active&tag=a&tag=b&size_bytes=gte:1&size_bytes=lt:9");

    ASSERT_TRUE(request);
    EXPECT_EQ(request->limit, 7u);
    EXPECT_EQ(request->query.sort.keys, (std::vector<SortKey>{{Field::name, true}, {Field::size_bytes, false}}));
    EXPECT_EQ(request->query.words, (std::vector<std::string>{"ubuntu", "lts"}));
    EXPECT_EQ(request->query.unknown, UnknownPolicy::include);
    EXPECT_EQ(request->query.filters.size(), 5u);
    EXPECT_EQ(request->on_partial, OnPartial::fresh);
    EXPECT_EQ(request->wait, 0s);
    EXPECT_FALSE(request->count);
    EXPECT_EQ(request->projection.view, Projection::View::full);
    EXPECT_TRUE(request->projection.omit_null);
    EXPECT_EQ(request->selection.sources, (std::vector<std::string>{"os-a", "hw-b"}));
    EXPECT_EQ(request->selection.providers, std::vector<std::string>{"glance"});
    EXPECT_EQ(request->selection.regions, std::vector<std::string>{"RegionOne"});
}

TEST(ListRequest, LowersALimitThatIsTooLarge)
{
    EXPECT_EQ(parse("limit=1000")->limit, 1000u);
    EXPECT_EQ(parse("limit=1001")->limit, 1000u);
    EXPECT_EQ(parse("limit=1000000000")->limit, 1000u);
    EXPECT_EQ(parse("limit=9223372036854775808")->limit, 1000u);
    EXPECT_EQ(parse("limit=99999999999999999999999")->limit, 1000u);
}

TEST(ListRequest, RefusesEachWrongParameter)
{
    const std::vector<std::tuple<std::string, std::string, std::string>> cases{
        {"limit=0", "limit", "invalid_value"},
        {"limit=-1", "limit", "invalid_value"},
        {"limit=", "limit", "invalid_value"},
        {"limit=ten", "limit", "invalid_value"},
        {"limit=5%20", "limit", "invalid_value"},
        {"limit=+5", "limit", "invalid_value"},
        {"limit=%2B5", "limit", "invalid_value"},
        {"limit=0x5", "limit", "invalid_value"},
        {"limit=5.0", "limit", "invalid_value"},
        {"limit=1e9", "limit", "invalid_value"},
        {"limit=00", "limit", "invalid_value"},
        {"limit=%d9%a5", "limit", "invalid_value"},
        {"limit=1&limit=1", "limit", "repeated_parameter"},
        {"sort=nosuch", "sort", "unsortable_field"},
        {"sort=tag", "sort", "unsortable_field"},
        {"sort=name:up", "sort", "invalid_value"},
        {"sort-key=name", "sort-key", "unknown_parameter"},
        {"nosuch=1", "nosuch", "unknown_parameter"},
        {"Status=active", "Status", "unknown_parameter"},
        {"status=alive", "status", "invalid_value"},
        {"status=like:a", "status", "invalid_operator"},
        {"status=active&status=queued", "status", "repeated_parameter"},
        {"protected=contains:t", "protected", "invalid_operator"},
        {"size_bytes=big", "size_bytes", "invalid_value"},
        {"size_bytes=gt:1&size_bytes=gt:2", "size_bytes", "repeated_parameter"},
        {"created_at=gte:yesterday", "created_at", "invalid_value"},
        {"view=all", "view", "invalid_value"},
        {"view=full&fields=name", "view", "invalid_value"},
        {"fields=name,nosuch", "fields", "invalid_value"},
        {"fields=", "fields", "invalid_value"},
        {"omit_null=yes", "omit_null", "invalid_value"},
        {"unknown=maybe", "unknown", "invalid_value"},
        {"on_partial=retry", "on_partial", "invalid_value"},
        {"wait_ms=30001", "wait_ms", "invalid_value"},
        {"wait_ms=-1", "wait_ms", "invalid_value"},
        {"count=some", "count", "invalid_value"},
        {"source=os-x", "source", "unknown_source"},
        {"provider=aws", "provider", "invalid_value"},
        {"q=" + std::string(201, 'x'), "q", "invalid_value"},
        {"q=" + many("x+", 13), "q", "invalid_value"},
        {"name=%zz", "name", "invalid_value"},
        {"name=%ff", "name", "invalid_value"},
        {"name=%00", "name", "invalid_value"},
        {"name=a%0d%0ab", "name", "invalid_value"},
        {"name=a%1b", "name", "invalid_value"},
        {"name=%c0%af", "name", "invalid_value"},
        {"name=%ed%a0%80", "name", "invalid_value"},
        {"name=%f5%80%80%80", "name", "invalid_value"},
        {"name=%e4%b8", "name", "invalid_value"},
        {"name=" + std::string(4097, 'x'), "name", "invalid_value"},
        {"name=in:" + many("x,", 251), "name", "invalid_value"},
        {"name=in:" + many("x,", 10'000), "name", "invalid_value"},
        {many("tag=a&", 51), "tag", "repeated_parameter"},
        {"sort=" + many("name,", 100), "sort", "invalid_value"},
        {"sort_dir=DROP", "sort_dir", "unknown_parameter"},
        {"created_at=gte:2025-13-01T00:00:00Z", "created_at", "invalid_value"},
        {"created_at=gte:2025-06-01T00:00:00+25:00", "created_at", "invalid_value"},
        {"provider=../", "provider", "invalid_value"},
        {"source=../", "source", "unknown_source"},
        {"source=@evil.example", "source", "unknown_source"},
        {"source=os-a:80", "source", "unknown_source"},
        {"source=OS-A", "source", "unknown_source"},
        {"token=s3cret", "token", "unknown_parameter"},
        {"access_token=s3cret", "access_token", "unknown_parameter"},
        {"dedupe=1", "dedupe", "unknown_parameter"},
        {"explain=1", "explain", "unknown_parameter"},
    };
    for (const auto& [query, parameter, code] : cases) {
        EXPECT_EQ(faults(query), (Faults{{parameter, code}})) << query;
    }
    EXPECT_TRUE(parse("q=" + std::string(200, 'x')));
    EXPECT_TRUE(parse("wait_ms=30000"));
    EXPECT_TRUE(parse("name=" + std::string(4096, 'x')));
    EXPECT_TRUE(parse("name=in:" + many("x,", 250)));
    EXPECT_TRUE(parse(many("tag=a&", 50)));
    EXPECT_EQ(faults("sort-key=name&sort_key=name&sort_dir=asc"), (Faults{{"sort-key", "unknown_parameter"},
                                                                          {"sort_dir", "unknown_parameter"},
                                                                          {"sort_key", "unknown_parameter"}}));
}

TEST(ListRequest, TimesOfAnyZoneAreTheSameInstant)
{
    const auto zulu = parse("created_at=gte:2025-06-01T00:00:00Z");

    ASSERT_TRUE(zulu);
    for (const auto* same : {"2025-06-01T02:00:00%2B02:00", "2025-05-31T19:30:00-04:30", "2025-06-01T00:00:00.000Z"}) {
        const auto other = parse("created_at=gte:" + std::string(same));
        ASSERT_TRUE(other) << same;
        EXPECT_EQ(other->query, zulu->query) << same;
    }
}

TEST(ListRequest, ReportsAllFaultsTogether)
{
    EXPECT_EQ(faults("limit=0&sort-key=name&status=alive&source=os-x,os-a,hw-x&view=all&wait_ms=x"),
              (Faults{{"limit", "invalid_value"},
                      {"sort-key", "unknown_parameter"},
                      {"status", "invalid_value"},
                      {"source", "unknown_source"},
                      {"source", "unknown_source"},
                      {"view", "invalid_value"},
                      {"wait_ms", "invalid_value"}}));
}

TEST(ListRequest, ShortRequestsCauseNoLongWork)
{
    std::string names;
    for (int i = 0; i < 1'000; ++i) {
        names += "n" + std::to_string(i) + ',';
    }
    std::string parameters = names;
    std::ranges::replace(parameters, ',', '&');

    EXPECT_EQ(faults(parameters).size(), 20u);
    EXPECT_EQ(faults("fields=" + names).size(), 20u);
    EXPECT_EQ(faults("source=" + names.substr(0, names.find(",n100,"))).size(), 20u);
    EXPECT_EQ(parse("q=" + many("x+", 12))->query.words.size(), 12u);
    EXPECT_EQ(faults(many("tag=a&", 50) + '&' + many("x&", 150)), (Faults{{"x", "unknown_parameter"}}));
    EXPECT_EQ(faults(many("x&", 201)), (Faults{{"", "invalid_value"}, {"x", "unknown_parameter"}}));
    EXPECT_EQ(parse("name=" + many("a&name=", 201)).error().errors.front().detail, "more than 200 parameters");
    EXPECT_EQ(parse("fields=" + many("name,", 1'000))->projection.fields, std::vector<std::string>{"name"});
    EXPECT_EQ(parse(parameters).error().detail, "20 parameters or more are wrong, see errors.");
}

TEST(ListRequest, SuggestsWhatWasMeant)
{
    const std::map<std::string, std::string> cases{
        {"sort-key", "sort"},        {"sort_dir", "sort"}, {"marker", "page_token"},
        {"page_tokn", "page_token"}, {"statu", "status"},  {"os_distro", "os.distro"},
        {"Limit", "limit"},          {"xyzzy", ""},        {"dedupe", ""},
    };
    for (const auto& [word, wanted] : cases) {
        const auto parsed = parse(word + "=1");
        ASSERT_FALSE(parsed) << word;
        EXPECT_EQ(parsed.error().errors.front().did_you_mean, wanted) << word;
    }
    EXPECT_EQ(parse("dedupe=1").error().errors.front().detail, "not available in this version");
    EXPECT_EQ(parse("source=os-b").error().errors.front().did_you_mean, "os-a");
}

TEST(ListRequest, PicksSourcesUnlessTheOperatorIsAFilter)
{
    SourceInfo info;
    info.id = "os-a";
    info.region = "RegionOne";

    EXPECT_TRUE(parse("source=in:os-a,hw-b")->selection.picks(info));
    EXPECT_FALSE(parse("source=hw-b")->selection.picks(info));
    EXPECT_FALSE(parse("provider=nova")->selection.picks(info));
    EXPECT_FALSE(parse("region=elsewhere")->selection.picks(info));
    const auto other = parse("source=neq:os-a");
    ASSERT_TRUE(other);
    EXPECT_FALSE(other->selection.sources);
    EXPECT_EQ(other->query.filters.size(), 1u);
    info.region.reset();
    EXPECT_FALSE(parse("region=RegionOne")->selection.picks(info));
}

TEST(ListRequest, QuestionIsTheSameInAnyOrder)
{
    const auto a = parse("status=active&tag=b&tag=a&limit=3&sort=name:desc");
    const auto b = parse("sort=name%3Adesc&tag=a&page_token=xyz&tag=b&status=active&limit=9");

    EXPECT_EQ(a->canonical, "sort=name:desc&status=active&tag=a&tag=b");
    EXPECT_EQ(a->canonical, b->canonical);
    EXPECT_EQ(b->link(b->page_token), "/v1/images?sort=name:desc&status=active&tag=a&tag=b&limit=9&page_token=xyz");
}

TEST(ListRequest, LinksHoldAnyValue)
{
    const auto request = parse("name=a%26b%3D%3C%E5%93%88%3E%22+c");

    ASSERT_TRUE(request);
    EXPECT_EQ(request->canonical, "name=a%26b%3D%3C%E5%93%88%3E%22%20c");
    EXPECT_EQ(parse(request->canonical)->query, request->query);
}

} // namespace
} // namespace polyglance
