#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <thread>

#include "proxy/http/message.hpp"

namespace polyglance {
namespace {

std::string gunzip(const std::string& text, std::size_t size)
{
    std::string out(size, '\0');
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    inflateEnd(&stream);
    return out;
}

TEST(Request, FindsHeadersWithoutCase)
{
    Request request;
    request.headers = {{"Accept", "a"}, {"X-Auth-Token", "t"}, {"accept", "b"}};
    request.path_parameters = {{"uid", "a~b"}};

    EXPECT_EQ(request.header("ACCEPT"), "a");
    EXPECT_EQ(request.header("x-auth-tokens"), "");
    EXPECT_EQ(request.header_count("accept"), 2u);
    EXPECT_EQ(request.path_parameter("uid"), "a~b");
    EXPECT_EQ(request.path_parameter("id"), "");
}

TEST(Body, CodedFormsHoldTheSameText)
{
    std::string text;
    for (int i = 0; i < 2000; ++i) {
        text += "{\"n\":" + std::to_string(i) + "},";
    }
    const Body body(text);
    const auto before = body.memory_bytes();

    const auto& zipped = body.coded(Coding::gzip);
    const auto& zstd = body.coded(Coding::zstd);

    EXPECT_EQ(gunzip(zipped, text.size()), text);
    std::string plain(text.size(), '\0');
    EXPECT_EQ(ZSTD_decompress(plain.data(), plain.size(), zstd.data(), zstd.size()), text.size());
    EXPECT_EQ(plain, text);
    EXPECT_EQ(&body.coded(Coding::identity), &body.identity());
    EXPECT_EQ(body.memory_bytes(), before + zipped.size() + zstd.size());
}

TEST(Body, IsCodedOnceForAllThreads)
{
    const Body body(std::string(100'000, 'x'));
    std::vector<const char*> seen(4);
    {
        std::vector<std::jthread> threads;
        for (auto& at : seen) {
            threads.emplace_back([&body, &at] { at = body.coded(Coding::gzip).data(); });
        }
    }

    EXPECT_EQ(std::vector<const char*>(4, seen.front()), seen);
}

TEST(ChooseCoding, FollowsWeights)
{
    using enum Coding;
    const std::vector<std::pair<std::string_view, Coding>> cases{
        {"", identity},
        {"identity", identity},
        {"gzip", gzip},
        {"x-gzip", gzip},
        {"gzip, deflate, br, zstd", zstd},
        {"zstd;q=0.5, gzip", gzip},
        {"GZIP;Q=0.3", gzip},
        {"gzip;q=0.5, identity", identity},
        {"gzip;q=0", identity},
        {"*", zstd},
        {"*;q=0.5, gzip;q=0.7", gzip},
        {"zstd;q=0, *", gzip},
        {"br", identity},
        {"gzip;q=x", identity},
        {"gzip;q=2", identity},
        {" , ,gzip ; q=1.000,", gzip},
    };
    for (const auto& [text, wanted] : cases) {
        EXPECT_EQ(choose_coding(text), wanted) << text;
    }
}

TEST(Response, DropsHeadersThatWouldBreakOut)
{
    Response response;
    response.add("Link", "</a>");
    response.add("X-Bad", "a\r\nSet-Cookie: b");
    response.add("X-Bad", std::string_view("a\0b", 3));

    EXPECT_EQ(response.head, "Link: </a>\r\n");
}

TEST(Response, WithBodyNamesItsType)
{
    const auto response = make_response(200, "application/json", "{}");

    EXPECT_EQ(response.head, "Content-Type: application/json\r\nX-Content-Type-Options: nosniff\r\n");
    EXPECT_EQ(response.body->identity(), "{}");
}

} // namespace
} // namespace polyglance
