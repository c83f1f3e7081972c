#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

#include "adapters/auth/authenticator.hpp"
#include "adapters/auth/identity_client.hpp"
#include "adapters/fair_semaphore.hpp"

namespace polyglance {

/// Shows a token that the operator gave. It cannot be renewed. With an `auth_url`, the token's catalogue is asked for
/// when it is first needed, once.
class FixedTokenAuthenticator final : public Authenticator {
public:
    FixedTokenAuthenticator(const AuthConfig& config, const AuthContext& context);

    asio::awaitable<Result<void>> authorize(HttpRequest& request, Deadline deadline) override;
    bool refused(const HttpRequest&) override { return false; }
    asio::awaitable<Result<Endpoint>> endpoint_of(std::string service_type, std::string region, std::string interface,
                                                  Deadline deadline) override;

private:
    asio::awaitable<Result<void>> fetch_catalogue(Deadline deadline);
    Result<void> check() const;

    Secret token_;
    std::optional<IdentityClient> identity_; ///< empty without an auth_url
    FairSemaphore fetching_;                 ///< one permit: the right to fetch the catalogue
    std::optional<ServiceCatalogue> catalogue_;
};

} // namespace polyglance
