#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

#include "adapters/http/http_client.hpp"
#include "config/config.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"

namespace polyglance {

/// Proves to a backend who we are. One per source; lives on the backstage loop.
class Authenticator {
public:
    virtual ~Authenticator() = default;

    /// Adds the headers that authenticate `request`, which must be complete otherwise (signatures cover it). May ask an
    /// identity service for a token first (one renewal in flight, others wait for it).
    /// Errors: upstream_auth (credentials refused), and those of `HttpClient::send` for the identity service.
    virtual asio::awaitable<Result<void>> authorize(HttpRequest& request, Deadline deadline) = 0;

    /// The backend refused `request` for its credentials. Drops the credential if it is still the one that the request
    /// carried. True: authorizing a fresh copy of the request and sending it once more makes sense.
    virtual bool refused(const HttpRequest& request) = 0;

    /// The service's address from the catalogue that came with the token.
    /// Errors: config when there is no catalogue, or no such type, region and interface in it.
    virtual asio::awaitable<Result<Endpoint>> endpoint_of(std::string service_type, std::string region,
                                                          std::string interface, Deadline deadline) = 0;
};

/// What the making of an authenticator needs. `http` and `clock` outlive it.
struct AuthContext {
    HttpClient& http;
    const Clock& clock;
    std::chrono::milliseconds request_timeout; ///< one call to the identity service
    TlsConfig tls;
    std::string region;          ///< for acs (x-acs-region-id); may be ""
    bool allow_loopback = false; ///< see HttpRequest
};

/// The authenticator for `config.type`.
std::unique_ptr<Authenticator> make_authenticator(const AuthConfig& config, const AuthContext& context);

} // namespace polyglance
