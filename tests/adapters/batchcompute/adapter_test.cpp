#include <gtest/gtest.h>

#include "adapters/batchcompute/adapter.hpp"
#include "tests/adapters/adapter_harness.hpp"

namespace polyglance::batchcompute {
namespace {

using test::AdapterHarness;
using test::Ids;

std::string row(const std::string& id)
{
    return R"({"Id":")" + id + R"(","Name":"Centos-6.5-x64","Type":"System","OwnerId":0})";
}

/// `next`: JSON text of NextMarker; "" leaves it out.
std::string page_of(const Ids& ids, const std::string& next)
{
    return R"({"Items":)" + test::json_rows(ids, row) + (next.empty() ? "" : R"(,"NextMarker":)" + next) + "}";
}

SourceConfig config_of(unsigned count = 0)
{
    auto config = test::source_of(Provider::batchcompute);
    config.region = "cn-hangzhou";
    config.page_size = count;
    return config;
}

/// The marker is the first id of the next page.
test::ScriptedHttpClient::Handler cloud(Ids system, Ids self)
{
    return [system = std::move(system), self = std::move(self)](const HttpRequest& request) -> Result<HttpResponse> {
        const auto& all = test::parameter(request.target, "Type") == "System" ? system : self;
        const std::size_t count = std::stoul(test::parameter(request.target, "MaxItemCount"));
        auto ids = test::slice_of(all, test::parameter(request.target, "Marker"), count + 1, true);
        std::string next = "\"\"";
        if (ids.size() > count) {
            next = "\"" + ids.back() + "\"";
            ids.pop_back();
        }
        return HttpResponse{.status = 200, .headers = {}, .body = page_of(ids, next)};
    };
}

TEST(BatchcomputeAdapter, ReadsTheSystemsImagesThenTheAccountsOwn)
{
    AdapterHarness b(config_of(2));
    b.http.answer_with(cloud({"img-a", "img-b", "img-c"}, {"img-x", "img-y"}));

    EXPECT_TRUE(b.drain().complete);

    EXPECT_EQ(b.ids, (Ids{"img-a", "img-b", "img-c", "img-x", "img-y"}));
    EXPECT_EQ(b.requests(),
              (Ids{"GET /images?MaxItemCount=2&Type=System", "GET /images?MaxItemCount=2&Type=System&Marker=img-c",
                   "GET /images?MaxItemCount=2&Type=Self"}));
}

TEST(BatchcomputeAdapter, NeverAsksForMoreThanAHundred)
{
    for (const auto& [configured, asked] : {std::pair{0u, "100"}, {7u, "7"}, {200u, "100"}}) {
        AdapterHarness b(config_of(configured));
        b.http.answer_with(cloud({}, {}));
        b.page();
        EXPECT_EQ(test::parameter(b.http.request(0).target, "MaxItemCount"), asked);
    }
}

TEST(BatchcomputeAdapter, TheEndIsAnEmptyNullOrMissingMarker)
{
    for (const std::string next : {"\"\"", "null", ""}) {
        AdapterHarness b(config_of());
        b.http.reply(200, page_of({"img-a"}, next));
        EXPECT_EQ(b.page()->next_marker, "") << next;
    }
}

TEST(BatchcomputeAdapter, KeepsAnOpaqueMarkerAsItIs)
{
    AdapterHarness b(config_of());
    b.http.reply(200, page_of({"img-a"}, R"("a+b/c=&d e")"));
    b.http.reply(200, page_of({"img-b"}, "null"));

    b.page(b.page()->next_marker);

    EXPECT_EQ(b.requests().at(1), "GET /images?MaxItemCount=100&Type=System&Marker=a%2Bb%2Fc%3D%26d%20e");
}

TEST(BatchcomputeAdapter, TakesTheBareArrayOfOlderVersions)
{
    AdapterHarness b(config_of());
    b.http.reply(200, "[" + row("img-a") + "]");

    const auto page = b.page();

    ASSERT_TRUE(page);
    EXPECT_EQ(b.ids, Ids{"img-a"});
    EXPECT_EQ(page->next_marker, "");
}

TEST(BatchcomputeAdapter, ARepeatedMarkerAndEmptyPagesWithoutEndAreErrors)
{
    AdapterHarness same(config_of());
    same.http.answer_with([](const HttpRequest&) -> Result<HttpResponse> {
        return HttpResponse{.status = 200, .headers = {}, .body = page_of({"img-a"}, "\"m\"")};
    });
    EXPECT_EQ(same.drain().reason, "repeated_marker");
    EXPECT_EQ(same.http.calls().size(), 2u);

    AdapterHarness empty(config_of());
    empty.http.answer_with([n = 0](const HttpRequest&) mutable -> Result<HttpResponse> {
        return HttpResponse{.status = 200, .headers = {}, .body = page_of({}, "\"m" + std::to_string(n++) + "\"")};
    });
    EXPECT_EQ(empty.drain().reason, "no_new_images");
    EXPECT_EQ(empty.http.calls().size(), 2u);
}

TEST(BatchcomputeAdapter, TheHostNamesTheRegion)
{
    auto config = config_of();
    config.endpoint.reset();
    AdapterHarness b(config);
    b.http.answer_with(cloud({}, {}));

    ASSERT_TRUE(b.page());

    EXPECT_EQ(b.http.request(0).endpoint.host, "batchcompute.cn-hangzhou.aliyuncs.com");
}

TEST(BatchcomputeAdapter, ARefusedSignatureIsAnAuthErrorDespiteItsStatus)
{
    AdapterHarness b(config_of());
    b.http.answer_with([](const HttpRequest&) -> Result<HttpResponse> {
        return HttpResponse{.status = 400, .headers = {}, .body = R"({"Code":"SignatureDoesNotMatch","Message":"x"})"};
    });

    EXPECT_EQ(test::error_class_of(b.page()), ErrorClass::upstream_auth);
}

TEST(BatchcomputeAdapter, DeletingIsNotOffered)
{
    AdapterHarness b(config_of());

    EXPECT_FALSE(b.remove("img-a"));
    EXPECT_TRUE(b.http.calls().empty());
}

} // namespace
} // namespace polyglance::batchcompute
