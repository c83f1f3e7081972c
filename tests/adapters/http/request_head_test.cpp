#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "adapters/http/request_head.hpp"

namespace polyglance {
namespace {

HttpRequest request_for(std::string target)
{
    HttpRequest request;
    request.endpoint = {.tls = false, .host = "images.example", .port = 9292, .prefix = "/ignored"};
    request.target = std::move(target);
    return request;
}

ErrorClass refusal_of(const HttpRequest& request)
{
    const auto written = write_request(request);
    EXPECT_FALSE(written);
    return written ? ErrorClass::timeout : written.error().error_class;
}

TEST(RequestHead, IsWrittenWithWhatEveryRequestCarries)
{
    auto request = request_for("/v2/images?limit=2&name=a%20b");
    request.headers = {{"X-Auth-Token", "secret"}};

    request.headers.emplace_back("User-Agent", "test");

    EXPECT_EQ(write_request(request), "GET /v2/images?limit=2&name=a%20b HTTP/1.1\r\n"
                                      "Host: images.example:9292\r\n"
                                      "X-Auth-Token: secret\r\n"
                                      "User-Agent: test\r\n"
                                      "Accept: application/json\r\n"
                                      "Accept-Encoding: identity\r\n"
                                      "\r\n");
}

TEST(RequestHead, NamesTheProgramAndItsVersion)
{
    EXPECT_THAT(*write_request(request_for("/")), testing::ContainsRegex("User-Agent: polyglance/[0-9]+\\.[0-9]+"));
}

TEST(RequestHead, CarriesTheLengthOfABody)
{
    auto post = request_for("/v3/auth/tokens");
    post.method = HttpMethod::post;
    EXPECT_NE(write_request(post)->find("Content-Length: 0\r\n"), std::string::npos);

    post.body = R"({"auth":{}})";
    EXPECT_TRUE(write_request(post)->ends_with("Content-Length: 11\r\n\r\n{\"auth\":{}}"));
}

TEST(RequestHead, LeavesTheCallersAcceptAndOverridesWhatFramesTheMessage)
{
    auto request = request_for("/");
    request.headers = {{"accept", "text/plain"},         {"host", "evil.example"},    {"content-length", "5"},
                       {"Transfer-Encoding", "chunked"}, {"Accept-Encoding", "gzip"}, {"Connection", "close"}};

    const std::string wire = *write_request(request);

    EXPECT_NE(wire.find("accept: text/plain\r\n"), std::string::npos);
    for (const char* gone : {"application/json", "evil", "ength", "chunked", "gzip", "close"}) {
        EXPECT_EQ(wire.find(gone), std::string::npos) << gone;
    }
}

TEST(RequestHead, RefusesTargetsThatCannotBeSent)
{
    using std::string_literals::operator""s;
    for (const auto& target : {""s, "v2/images"s, "http://evil.example/"s, "*"s, "/a b"s, "/a\tb"s, "/a\r\nX: y"s,
                               "/a\nb"s, "/a\0b"s, "/a\x7f"s, "/\u00e4"s}) {
        EXPECT_EQ(refusal_of(request_for(target)), ErrorClass::upstream_bad_request) << target;
    }
}

TEST(RequestHead, RefusesHeadersThatCouldBecomeTwo)
{
    using std::string_literals::operator""s;
    for (const auto& value : {"a\r\nX-Admin: 1"s, "a\nb"s, "a\rb"s, "a\0b"s, "a\x1b[31m"s, "\x7f"s}) {
        auto request = request_for("/");
        request.headers = {{"X-Auth-Token", value}};
        EXPECT_EQ(refusal_of(request), ErrorClass::config) << value;
    }
    for (const auto& name : {""s, "a b"s, "a:"s, "a\r\n"s, "\u00e4"s}) {
        auto request = request_for("/");
        request.headers = {{name, "value"}};
        EXPECT_EQ(refusal_of(request), ErrorClass::config) << name;
    }
}

TEST(RequestHead, MayBe64KiBAndNotMore)
{
    auto request = request_for("/");
    const std::size_t rest = write_request(request)->size() + std::string_view("X-Auth-Token: \r\n").size();

    request.headers = {{"X-Auth-Token", std::string((64UL << 10) - rest, 't')}};
    EXPECT_EQ(write_request(request)->size(), 64UL << 10);

    request.headers.front().second += 't';
    EXPECT_EQ(refusal_of(request), ErrorClass::upstream_bad_request);
}

} // namespace
} // namespace polyglance
