#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

#include "adapters/auth/authenticator.hpp"
#include "adapters/auth/keystone_messages.hpp"

namespace polyglance {

/// Calls the identity service at one `auth_url`, and nothing else. One call takes at most `request_timeout`.
/// Errors of both calls: config when `auth_url` is none; those of `keystone::refusal` and `HttpClient::send`.
class IdentityClient {
public:
    IdentityClient(const std::string& auth_url, const AuthContext& context);

    /// `body` is a `keystone::login_body`.
    asio::awaitable<Result<keystone::IssuedToken>> log_in(std::string body, Deadline deadline);
    asio::awaitable<Result<ServiceCatalogue>> catalogue(Secret token, Deadline deadline);

private:
    asio::awaitable<Result<HttpResponse>> send(HttpRequest request, std::string path, Deadline deadline);

    std::optional<Endpoint> endpoint_;
    AuthContext context_;
};

} // namespace polyglance
