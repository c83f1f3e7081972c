#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "adapters/auth/service_catalogue.hpp"
#include "adapters/http/http_client.hpp"
#include "config/config.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"

/// What is said to and by an identity service of the Keystone v3 kind; Huawei's IAM speaks the same.
namespace polyglance::keystone {

/// Most of an answer that is looked at. Catalogues of large clouds have some 100 KiB.
constexpr std::size_t max_answer_bytes = 1UL << 20;

/// Where a v3 call goes below `auth_url`, whose path may or may not end in /v3 already: "/identity/v3/auth/tokens".
std::string target_of(const Endpoint& auth_url, std::string_view path);

/// The body of `POST /v3/auth/tokens` for a password or application credential. An application credential has its scope
/// in itself and gets none. A name without a domain belongs to the domain with the id "default", as in OpenStack's own
/// client.
/// Errors: config when a value is not UTF-8.
Result<std::string> login_body(const AuthConfig& config);

struct IssuedToken {
    Secret value;
    std::chrono::microseconds lifetime; ///< from the answer on; > 0, taken as a year when it is more
    std::string project_id;             ///< "" when the token is not for a project
    ServiceCatalogue catalogue;         ///< empty when the token has none
};

/// Reads the answer to a login. The lifetime is measured on the server's own clock: from its `Date` header, else from
/// the token's issue; only without both from `now`.
/// Errors: those of `refusal` for any status but 201; upstream_protocol.
Result<IssuedToken> read_issued_token(const HttpResponse& response, Instant now);

/// Reads the answer of `GET /v3/auth/catalog`.
/// Errors: those of `refusal` for any status but 200; upstream_protocol.
Result<ServiceCatalogue> read_catalogue(const HttpResponse& response, Instant now);

/// What an answer other than the expected one means.
/// upstream_auth: credentials refused; config: our request was understood as none; throttled; upstream_unavailable;
/// upstream_protocol.
Error refusal(const HttpResponse& response, Instant now);

/// How long a token is used before it is renewed: until max(60 s, 5 %) before its end, at least half of its life.
std::chrono::microseconds time_until_renewal(std::chrono::microseconds lifetime);

/// True for what may be sent as a token: 1 to 32768 visible ASCII characters.
bool is_token(std::string_view text);

} // namespace polyglance::keystone
