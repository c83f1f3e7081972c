#include <gtest/gtest.h>

#include "adapters/page_decoder.hpp"
#include "tests/adapters/adapter_harness.hpp"

namespace polyglance {
namespace {

bool decode_id(json::Value row, const DecodeContext&, wire::RowSpace& space)
{
    const auto id = row.find("id");
    if (!id || !id->is(json::Kind::string) || row.find("refuse")) {
        return false;
    }
    space.begin().native_id = id->text();
    return true;
}

struct Read {
    explicit Read(std::string_view body, std::size_t slice = 5, std::size_t max_bytes = 1 << 20,
                  bool bare_array = false)
        : decoder({.list_members = {"images", "image"},
                   .id_member = "id",
                   .bare_array = bare_array,
                   .decode = decode_with(decode_id, {})},
                  receiver, max_bytes)
    {
        for (std::size_t at = 0; result && at < body.size(); at += slice) {
            result = decoder.on_slice(body.substr(at, slice));
        }
        if (result) {
            result = decoder.finish();
        }
    }

    test::CollectingReceiver receiver;
    std::vector<std::string>& ids = receiver.ids;
    PageDecoder decoder;
    Result<void> result;
};

using Ids = std::vector<std::string>;

TEST(PageDecoder, GivesImagesAndCountsWhateverTheSlicing)
{
    const std::string body = R"( {"images":[{"id":"a"},{"id":"b"}],"next":"/n"})";
    for (std::size_t slice = 1; slice <= body.size(); ++slice) {
        const Read read(body, slice);
        ASSERT_TRUE(read.result) << slice;
        EXPECT_EQ(read.ids, (Ids{"a", "b"}));
        EXPECT_EQ(read.decoder.rows(), 2u);
        EXPECT_EQ(read.decoder.rejected(), 0u);
        EXPECT_EQ(read.decoder.bytes(), body.size());
        EXPECT_EQ(read.decoder.last_id(), "b");
        EXPECT_EQ(read.decoder.rest().find("next")->text(), "/n");
    }
}

TEST(PageDecoder, ABadRowCostsOnlyItself)
{
    const Read read(
        "{\"images\":[{\"id\":\"a\"},7,null,[],{\"id\":\"\xff\"},{\"name\":\"x\"},{\"id\":\"b\",\"refuse\":1}]}");

    ASSERT_TRUE(read.result);
    EXPECT_EQ(read.ids, Ids{"a"});
    EXPECT_EQ(read.decoder.rows(), 7u);
    EXPECT_EQ(read.decoder.rejected(), 6u);
}

TEST(PageDecoder, ARefusedRowStillNamesTheMarker)
{
    EXPECT_EQ(Read(R"({"images":[{"id":"a"},{"id":"b","refuse":1},{"x":1}]})").decoder.last_id(), "b");
    EXPECT_EQ(Read(R"({"images":[{"id":""},{"id":null}]})").decoder.last_id(), "");
}

TEST(PageDecoder, RefusesBadUtf8InManyForms)
{
    for (const char* bad : {"\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe4\xb8"}) {
        const Read read("{\"images\":[{\"id\":\"a" + std::string(bad) + "\"},{\"id\":\"b\"}]}");
        ASSERT_TRUE(read.result);
        EXPECT_EQ(read.ids, Ids{"b"});
    }
}

TEST(PageDecoder, DoesNotDecodeARowTheReceiverHas)
{
    const std::string body = R"({"images":[{"id":"a"},{"id":"b"},{"id":"c","refuse":1}]})";
    Read first(body);
    ASSERT_EQ(first.receiver.digests.size(), 2u);
    test::CollectingReceiver receiver;
    receiver.known = {{first.receiver.digests[1], "b"}};
    PageDecoder decoder({.list_members = {"images"}, .id_member = "id", .decode = decode_with(decode_id, {})}, receiver,
                        1 << 20);

    ASSERT_TRUE(decoder.on_slice(body.substr(0, 33)));
    ASSERT_TRUE(decoder.on_slice(body.substr(33)));
    ASSERT_TRUE(decoder.finish());

    EXPECT_EQ(receiver.images.size(), 1u);
    EXPECT_EQ(receiver.ids, (Ids{"a", "b"}));
    EXPECT_EQ(decoder.page().rows, 3u);
    EXPECT_EQ(decoder.page().kept, 1u);
    EXPECT_EQ(decoder.page().rejected, 1u);
}

TEST(PageDecoder, TheSameRowOfAnotherPassIsAnotherRow)
{
    EXPECT_NE(digest_row(R"({"id":"a"})", 0), digest_row(R"({"id":"a"})", 1));
    EXPECT_NE(digest_row(R"({"id":"a"})", 0), digest_row(R"({"id":"b"})", 0));
    EXPECT_FALSE(digest_row("", 0).empty());
}

TEST(PageDecoder, TakesASingleObjectWhereAListBelongs)
{
    EXPECT_EQ(Read(R"({"image":{"id":"a"}})").ids, Ids{"a"});
}

TEST(PageDecoder, ABareArrayIsAListOnlyWhereTheProviderHasSuch)
{
    EXPECT_EQ(Read(R"( [{"id":"a"}])", 1, 1 << 20, true).ids, Ids{"a"});
    EXPECT_FALSE(Read(R"( [{"id":"a"}])", 1).result);
    EXPECT_FALSE(Read("[]").result);
}

TEST(PageDecoder, AnErrorUnderStatus200IsNoEmptyList)
{
    for (const std::string_view body : {
             R"({"error":{"code":401,"message":"x"}})",
             R"({"error_code":"APIGW.0301","error_msg":"x"})",
             R"({"error":{"code":401,"message":"x"},"images":[]})",
             R"({"images":[],"Code":"Forbidden","Message":"x"})",
             R"({"images":null})",
             "null",
             "",
             "<html></html>",
         }) {
        const Read read(body);
        ASSERT_FALSE(read.result) << body;
        EXPECT_EQ(read.result.error().error_class, ErrorClass::upstream_protocol) << body;
    }
    EXPECT_TRUE(Read(R"({"images":[],"first":"/v2/images"})").result);
}

TEST(PageDecoder, ACutBodyIsAnError)
{
    const Read read(R"({"images":[{"id":"a"},)");

    ASSERT_FALSE(read.result);
    EXPECT_EQ(read.result.error().error_class, ErrorClass::upstream_protocol);
}

TEST(PageDecoder, HoldsTheByteLimit)
{
    const std::string body = R"({"images":[{"id":"a"}]})";

    EXPECT_TRUE(Read(body, 4, body.size()).result);
    EXPECT_FALSE(Read(body, 4, body.size() - 1).result);
}

} // namespace
} // namespace polyglance
