#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

#include "adapters/auth/acs.hpp"
#include "adapters/auth/sdk_hmac.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance {
namespace {

using nlohmann::json;

const json& vectors(const char* group)
{
    static const json all = json::parse(test::fixture("auth/signing-vectors.json"));
    return all.at(group);
}

/// Vectors write parameter values as text, numbers, booleans or lists of these.
std::string text_of(const json& value)
{
    return value.is_string() ? value.get<std::string>() : value.dump();
}

QueryPairs pairs_of(const json& query)
{
    QueryPairs out;
    for (const json& pair : query) {
        const json& value = pair.at(1);
        for (const json& one : value.is_array() ? value : json::array({value})) {
            out.emplace_back(pair.at(0), text_of(one));
        }
    }
    return out;
}

std::string target_of(const std::string& path, const QueryPairs& pairs)
{
    return pairs.empty() ? path : path + '?' + encode_query(pairs);
}

struct HuaweiCase {
    AccessKey key;
    HttpHeaders headers;
    Instant now;
};

/// The signer itself adds the date and the security token; the vectors list them among the headers.
HuaweiCase huawei_case(const json& input)
{
    HuaweiCase out{.key = {Secret(input.at("ak")), Secret(input.at("sk")), {}}, .headers = {}, .now = {}};
    for (const auto& [name, value] : input.at("headers").items()) {
        if (name == "X-Sdk-Date") {
            const std::string d = value;
            out.now = *parse_timestamp(d.substr(0, 4) + '-' + d.substr(4, 2) + '-' + d.substr(6, 5) + ':' +
                                       d.substr(11, 2) + ':' + d.substr(13));
        } else if (name == "X-Security-Token") {
            out.key.security_token = Secret(value);
        } else if (!(input.contains("headers_not_signed") && name == "Content-Type")) {
            out.headers.emplace_back(name, value);
        }
    }
    return out;
}

TEST(SdkHmac, SignsEveryVectorAsTheVendorDoes)
{
    ASSERT_EQ(vectors("huawei_sdk_hmac_sha256").size(), 9U);
    for (const json& vector : vectors("huawei_sdk_hmac_sha256")) {
        SCOPED_TRACE(vector.at("name").get<std::string>());
        const json& input = vector.at("input");
        const json& expected = vector.at("expected");
        const HuaweiCase given = huawei_case(input);
        const std::string method = input.at("method");
        const std::string host = input.at("sign_host").get<bool>() ? input.at("host").get<std::string>() : "";
        const std::string target = target_of(input.at("path"), pairs_of(input.at("query")));
        const std::string body = input.at("body");

        const auto signature = sign_sdk_hmac(given.key, {method, host, target, given.headers, body}, given.now);

        ASSERT_TRUE(signature);
        EXPECT_EQ(signature->canonical_request, expected.at("canonical_request").get<std::string>());
        EXPECT_EQ(signature->string_to_sign, expected.at("string_to_sign").get<std::string>());
        EXPECT_EQ(signature->signature, expected.at("signature").get<std::string>());
        EXPECT_EQ(find_header(signature->headers, "Authorization"), expected.at("authorization").get<std::string>());
        EXPECT_EQ(find_header(signature->headers, "X-Sdk-Date"),
                  input.at("headers").at("X-Sdk-Date").get<std::string>());
        EXPECT_EQ(signature->target, expected.value("request_target_sent", target));
    }
}

TEST(SdkHmac, OrdersAndEncodesTheQueryAsTheVendorDoes)
{
    ASSERT_FALSE(vectors("huawei_canonical_query").empty());
    for (const json& vector : vectors("huawei_canonical_query")) {
        EXPECT_EQ(sdk_hmac_query(pairs_of(vector.at("input"))), vector.at("expected").get<std::string>());
    }
}

TEST(SdkHmac, RefusesATargetThatIsNotPercentEncoded)
{
    const HttpHeaders none;
    const AccessKey key{Secret("a"), Secret("s"), {}};

    EXPECT_FALSE(sign_sdk_hmac(key, {"GET", "h", "/a%2", none, ""}, Instant{}));
    EXPECT_FALSE(sign_sdk_hmac(key, {"GET", "h", "/a?b=%", none, ""}, Instant{}));
}

HttpHeaders headers_of(const json& headers)
{
    HttpHeaders out;
    for (const auto& [name, value] : headers.items()) {
        out.emplace_back(name, value);
    }
    return out;
}

HttpHeaders sorted(HttpHeaders headers)
{
    std::ranges::sort(headers);
    return headers;
}

QueryPairs params_of(const json& params)
{
    QueryPairs out;
    for (const auto& [name, value] : params.items()) {
        out.emplace_back(name, value);
    }
    return out;
}

TEST(Acs, SignsEveryVectorAsTheVendorDoes)
{
    ASSERT_EQ(vectors("batchcompute_hmac_sha1").size(), 7U);
    for (const json& vector : vectors("batchcompute_hmac_sha1")) {
        SCOPED_TRACE(vector.at("name").get<std::string>());
        const json& input = vector.at("input");
        const json& expected = vector.at("expected");
        const AccessKey key{Secret(input.at("ak")), Secret(input.at("sk")), {}};
        const HttpHeaders headers = headers_of(input.at("headers"));
        const std::string method = input.at("method");
        const std::string target = expected.at("request_target_sent");

        const auto signature = sign_acs(key, {method, "", target, headers, ""});

        ASSERT_TRUE(signature);
        EXPECT_EQ(signature->string_to_sign, expected.at("string_to_sign").get<std::string>());
        EXPECT_EQ(signature->signature, expected.at("signature").get<std::string>());
        EXPECT_EQ(signature->authorization, expected.at("authorization").get<std::string>());
        auto sent = decode_query(query_of(target)).value();
        std::ranges::sort(sent);
        EXPECT_EQ(sent, params_of(input.at("params")));
    }
}

TEST(Acs, WritesTheStringToSignOfTheGenericVectors)
{
    ASSERT_EQ(vectors("batchcompute_string_to_sign").size(), 2U);
    for (const json& vector : vectors("batchcompute_string_to_sign")) {
        SCOPED_TRACE(vector.at("name").get<std::string>());
        const json& input = vector.at("input");
        const HttpHeaders headers = headers_of(input.at("headers"));
        const std::string method = input.at("method");
        const std::string target = target_of(input.at("path"), params_of(input.at("params")));

        const auto signature = sign_acs({}, {method, "", target, headers, ""});

        ASSERT_TRUE(signature);
        EXPECT_EQ(signature->string_to_sign, vector.at("expected").get<std::string>());
    }
}

TEST(Acs, MakesTheHeadersThatTheVectorsSend)
{
    for (const char* name : {"system-first-page", "self-next-page-sts"}) {
        SCOPED_TRACE(name);
        const json& all = vectors("batchcompute_hmac_sha1");
        const auto vector = std::ranges::find(all, name, [](const json& v) { return v.at("name"); });
        ASSERT_NE(vector, all.end());
        json expected = vector->at("input").at("headers");
        const AccessKey key{Secret("testAccessKeyId"), Secret("testAccessKeySecret"),
                            Secret(expected.value("x-acs-security-token", ""))};

        const HttpHeaders made = acs_headers(key, "cn-beijing", *parse_http_date("Tue, 06 Nov 2018 06:12:40 GMT"),
                                             "1f4b9d80-e18b-11e8-9f32-f2801f1b9fd1");

        expected.erase("Accept"); // these two are the request's own
        expected.erase("Content-Type");
        EXPECT_EQ(sorted(made), sorted(headers_of(expected)));
    }
}

TEST(Acs, RefusesATargetThatIsNotPercentEncoded)
{
    const HttpHeaders none;

    EXPECT_FALSE(sign_acs({}, {"GET", "", "/images?Marker=%4", none, ""}));
}

} // namespace
} // namespace polyglance
