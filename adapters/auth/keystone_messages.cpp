#include "adapters/auth/keystone_messages.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/http/retry_after.hpp"
#include "model/json/tape.hpp"

namespace polyglance::keystone {
namespace {

using json::Kind;
using json::Tape;
using json::Value;
using Document = nlohmann::json;

/// Far ends of time do not fit into a steady clock's nanoseconds.
constexpr std::chrono::microseconds longest_lifetime = std::chrono::days{365};

/// Identity services keep no longer ones.
constexpr std::size_t max_type_bytes = 255;

Document domain(const std::string& id, const std::string& name)
{
    if (id.empty() && !name.empty()) {
        return {{"name", name}};
    }
    return {{"id", id.empty() ? "default" : id}};
}

Document user_of(const AuthConfig& config)
{
    if (!config.user_id.empty()) {
        return {{"id", config.user_id}};
    }
    return {{"name", config.username}, {"domain", domain(config.user_domain_id, config.user_domain_name)}};
}

Document application_credential_of(const AuthConfig& config)
{
    Document out{{"secret", config.credential_secret.reveal()}};
    if (!config.credential_id.empty()) {
        out["id"] = config.credential_id;
    } else {
        out["name"] = config.credential_name;
        out["user"] = user_of(config);
    }
    return out;
}

/// What a password login asks access to; null = nothing in particular.
Document scope_of(const AuthConfig& config)
{
    if (!config.project_id.empty()) {
        return {{"project", {{"id", config.project_id}}}};
    }
    if (!config.project_name.empty()) {
        const bool own_domain = !config.project_domain_id.empty() || !config.project_domain_name.empty();
        Document project_domain = own_domain ? domain(config.project_domain_id, config.project_domain_name)
                                             : domain(config.user_domain_id, config.user_domain_name);
        return {{"project", {{"name", config.project_name}, {"domain", std::move(project_domain)}}}};
    }
    if (!config.domain_id.empty() || !config.domain_name.empty()) {
        return {{"domain", domain(config.domain_id, config.domain_name)}};
    }
    return nullptr;
}

/// A member of an object; empty for all else.
std::optional<Value> member(std::optional<Value> object, std::string_view name)
{
    return object ? object->find(name) : std::nullopt;
}

std::string text(std::optional<Value> object, std::string_view name)
{
    const auto value = member(object, name);
    return value && value->is(Kind::string) ? std::string(value->text()) : std::string{};
}

std::optional<Tape> read_document(std::string_view body)
{
    return body.size() > max_answer_bytes ? std::nullopt : Tape::parse(body);
}

/// Entries of another shape have no type or URL and are left out: no source can look for them.
ServiceCatalogue catalogue_in(Value services)
{
    ServiceCatalogue out;
    for (const Value service : services) {
        const auto endpoints = member(service, "endpoints");
        const std::string type = text(service, "type");
        // Each endpoint gets a copy of its service's type: a long one would make a small answer into gigabytes.
        if (!endpoints || type.empty() || type.size() > max_type_bytes) {
            continue;
        }
        for (const Value endpoint : *endpoints) {
            if (std::string url = text(endpoint, "url"); !url.empty()) {
                out.entries.push_back({type, text(endpoint, "interface"), text(endpoint, "region"),
                                       text(endpoint, "region_id"), std::move(url)});
            }
        }
    }
    return out;
}

Instant time_of_answer(const HttpResponse& response, std::optional<Value> token, Instant now)
{
    if (const auto date = parse_http_date(find_header(response.headers, "Date"))) {
        return *date;
    }
    return parse_timestamp(text(token, "issued_at")).value_or(now);
}

std::unexpected<Error> malformed(const char* problem)
{
    return failure(ErrorClass::upstream_protocol, fmt::format("the identity service's answer {}", problem));
}

std::string_view without_suffix(std::string_view text, std::string_view suffix)
{
    return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

} // namespace

std::string target_of(const Endpoint& auth_url, std::string_view path)
{
    return fmt::format("{}/v3{}", without_suffix(auth_url.prefix, "/v3"), path);
}

Result<std::string> login_body(const AuthConfig& config)
{
    Document auth;
    if (config.type == AuthType::application_credential) {
        auth["identity"] = {{"methods", Document::array({"application_credential"})},
                            {"application_credential", application_credential_of(config)}};
    } else {
        Document user = user_of(config);
        user["password"] = config.password.reveal();
        auth["identity"] = {{"methods", Document::array({"password"})}, {"password", {{"user", std::move(user)}}}};
        if (Document scope = scope_of(config); !scope.is_null()) {
            auth["scope"] = std::move(scope);
        }
    }
    try {
        return Document{{"auth", std::move(auth)}}.dump();
    } catch (const Document::type_error&) { // the one thing that `dump` refuses here
        return failure(ErrorClass::config, "auth: a name or secret is not UTF-8 text");
    }
}

Result<IssuedToken> read_issued_token(const HttpResponse& response, Instant now)
{
    if (response.status != 201) {
        return std::unexpected(refusal(response, now));
    }
    const auto document = read_document(response.body);
    const std::string_view value = find_header(response.headers, "X-Subject-Token");
    if (!document || !is_token(value)) {
        return malformed(document ? "has no usable X-Subject-Token" : "is no JSON of at most 1 MiB");
    }
    const auto token = member(document->root(), "token");
    const auto expires_at = parse_timestamp(text(token, "expires_at"));
    if (!expires_at) {
        return malformed("has no token.expires_at");
    }
    const std::chrono::microseconds lifetime = *expires_at - time_of_answer(response, token, now);
    if (lifetime <= lifetime.zero()) {
        return malformed("holds a token that is already over");
    }
    const auto services = member(token, "catalog");
    return IssuedToken{.value = Secret(std::string(value)),
                       .lifetime = std::min(lifetime, longest_lifetime),
                       .project_id = text(member(token, "project"), "id"),
                       .catalogue = services ? catalogue_in(*services) : ServiceCatalogue{}};
}

Result<ServiceCatalogue> read_catalogue(const HttpResponse& response, Instant now)
{
    if (response.status != 200) {
        return std::unexpected(refusal(response, now));
    }
    const auto document = read_document(response.body);
    const auto services = document ? member(document->root(), "catalog") : std::nullopt;
    if (!services || !services->is(Kind::array)) {
        return malformed("holds no catalogue");
    }
    return catalogue_in(*services);
}

Error refusal(const HttpResponse& response, Instant now)
{
    using enum ErrorClass;
    const int status = response.status;
    if (status == 401 && !find_header(response.headers, "Openstack-Auth-Receipt").empty()) {
        return {upstream_auth, "the identity service wants a second factor: multi-factor login is not supported"};
    }
    if (status == 401 || status == 403) {
        return {upstream_auth, fmt::format("the identity service refused our credentials ({})", status)};
    }
    if (status == 400 || status == 404) {
        return {config, fmt::format("{} from the identity service: check auth_url and the names in auth", status)};
    }
    const auto retry_after = read_retry_after(find_header(response.headers, "Retry-After"), now);
    if (status == 429 || status == 413) {
        return {throttled, fmt::format("{} from the identity service", status), retry_after};
    }
    if (status >= 500 && status < 600) {
        return {upstream_unavailable, fmt::format("{} from the identity service", status), retry_after};
    }
    return {upstream_protocol, status >= 300 && status < 400
                                   ? "redirect refused: the identity service sent us elsewhere"
                                   : fmt::format("unexpected {} from the identity service", status)};
}

std::chrono::microseconds time_until_renewal(std::chrono::microseconds lifetime)
{
    constexpr std::chrono::microseconds least = std::chrono::seconds{60};
    return lifetime - std::min(std::max(least, lifetime / 20), lifetime / 2);
}

bool is_token(std::string_view text)
{
    return !text.empty() && text.size() <= 32768 &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

} // namespace polyglance::keystone
