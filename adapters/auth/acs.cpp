#include "adapters/auth/acs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "adapters/http/percent.hpp"
#include "model/digest.hpp"

namespace polyglance {
namespace {

std::string acs_lines(const HttpHeaders& headers)
{
    std::map<std::string, std::string_view> sorted;
    for (const auto& [name, value] : headers) {
        if (std::string key = lower_ascii(name); key.starts_with("x-acs-")) {
            sorted.insert_or_assign(std::move(key), value);
        }
    }
    std::string out;
    for (const auto& [name, value] : sorted) {
        out += fmt::format("{}:{}\n", name, value);
    }
    return out;
}

/// Path and parameters sorted by name, values decoded. The vendor's Java and JavaScript SDKs sign them decoded, its
/// Python SDK does not; the two agree on all that image ids and page sizes hold.
std::optional<std::string> canonical_resource(std::string_view target)
{
    auto pairs = decode_query(query_of(target));
    if (!pairs) {
        return std::nullopt;
    }
    std::ranges::sort(*pairs);
    std::string out(path_of(target));
    char separator = '?';
    for (const auto& [name, value] : *pairs) {
        out += separator;
        out += name;
        if (!value.empty()) {
            out += '=' + value;
        }
        separator = '&';
    }
    return out;
}

} // namespace

HttpHeaders acs_headers(const AccessKey& key, std::string_view region, Instant now, std::string_view nonce)
{
    HttpHeaders out{{"Date", format_http_date(now)},
                    {"x-acs-version", "2015-11-11"},
                    {"x-acs-signature-method", "HMAC-SHA1"},
                    {"x-acs-signature-version", "1.0"},
                    {"x-acs-signature-nonce", std::string(nonce)},
                    {"x-acs-access-key-id", key.id.reveal()}};
    if (!region.empty()) {
        out.emplace_back("x-acs-region-id", region);
    }
    if (!key.security_token.empty()) {
        out.emplace_back("x-acs-security-token", key.security_token.reveal());
    }
    return out;
}

std::optional<AcsSignature> sign_acs(const AccessKey& key, const SigningInput& input)
{
    const auto resource = canonical_resource(input.target);
    if (!resource) {
        return std::nullopt;
    }
    const HttpHeaders& headers = input.headers;
    const std::string_view date = find_header(headers, "Date");
    AcsSignature out;
    out.string_to_sign =
        fmt::format("{}\n{}\n{}\n{}\n{}\n{}{}", input.method, find_header(headers, "Accept"),
                    find_header(headers, "Content-MD5"), find_header(headers, "Content-Type"),
                    date.empty() ? find_header(headers, "x-acs-date") : date, acs_lines(headers), *resource);
    out.signature = to_base64(hmac_sha1(key.secret.reveal(), out.string_to_sign));
    out.authorization = fmt::format("acs {}:{}", key.id.reveal(), out.signature);
    return out;
}

} // namespace polyglance
