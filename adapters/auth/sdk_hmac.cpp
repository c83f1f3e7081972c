#include "adapters/auth/sdk_hmac.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "model/digest.hpp"

namespace polyglance {
namespace {

constexpr std::string_view algorithm = "SDK-HMAC-SHA256";

/// Name in lower case to value: sorted as the signature wants them.
using SignedHeaders = std::map<std::string, std::string>;

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

SignedHeaders headers_to_sign(const SigningInput& input, const HttpHeaders& added)
{
    SignedHeaders out;
    for (const HttpHeaders* headers : {&input.headers, &added}) {
        for (const auto& [name, value] : *headers) {
            if (name.find('_') == std::string::npos) {
                out.insert_or_assign(lower_ascii(name), std::string(trim(value)));
            }
        }
    }
    if (!input.host.empty()) {
        out.insert_or_assign("host", std::string(input.host));
    }
    return out;
}

/// The gateway signs the path with a slash at its end, whether or not the wire has one.
std::optional<std::string> canonical_path(std::string_view path)
{
    const auto decoded = percent_decode(path);
    if (!decoded) {
        return std::nullopt;
    }
    std::string out;
    std::string_view rest = *decoded;
    while (!rest.empty()) {
        const std::string_view segment = rest.substr(0, rest.find('/'));
        out += percent_encode(segment);
        out += '/';
        rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
    }
    return out.empty() ? "/" : out;
}

std::string names_of(const SignedHeaders& headers)
{
    std::string out;
    for (const auto& [name, value] : headers) {
        out += out.empty() ? "" : ";";
        out += name;
    }
    return out;
}

std::string lines_of(const SignedHeaders& headers)
{
    std::string out;
    for (const auto& [name, value] : headers) {
        out += name + ':' + value + '\n';
    }
    return out;
}

std::string format_sdk_date(Instant instant)
{
    std::string text = format_timestamp(instant); // 2024-01-02T03:04:05.000000Z
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text.substr(0, text.find('.')) + 'Z';
}

std::string hex_sha256(std::string_view text)
{
    return to_hex(as_bytes(sha256(text)));
}

} // namespace

std::string sdk_hmac_query(QueryPairs pairs)
{
    std::ranges::sort(pairs);
    return encode_query(pairs);
}

std::optional<SdkHmacSignature> sign_sdk_hmac(const AccessKey& key, const SigningInput& input, Instant now)
{
    const std::string_view path = path_of(input.target);
    auto pairs = decode_query(query_of(input.target));
    const auto signed_path = canonical_path(path);
    if (!pairs || !signed_path) {
        return std::nullopt;
    }
    const std::string query = sdk_hmac_query(std::move(*pairs));
    const std::string date = format_sdk_date(now);

    SdkHmacSignature out;
    out.target = query.empty() ? std::string(path) : fmt::format("{}?{}", path, query);
    out.headers.emplace_back("X-Sdk-Date", date);
    if (!key.security_token.empty()) {
        out.headers.emplace_back("X-Security-Token", key.security_token.reveal());
    }
    const SignedHeaders headers = headers_to_sign(input, out.headers);
    const std::string names = names_of(headers);
    out.canonical_request = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", input.method, *signed_path, query, lines_of(headers),
                                        names, hex_sha256(input.body));
    out.string_to_sign = fmt::format("{}\n{}\n{}", algorithm, date, hex_sha256(out.canonical_request));
    out.signature = to_hex(as_bytes(hmac_sha256(key.secret.reveal(), out.string_to_sign)));
    out.headers.emplace_back("Authorization", fmt::format("{} Access={}, SignedHeaders={}, Signature={}", algorithm,
                                                          key.id.reveal(), names, out.signature));
    return out;
}

} // namespace polyglance
