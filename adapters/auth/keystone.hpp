#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "adapters/auth/authenticator.hpp"
#include "adapters/auth/identity_client.hpp"
#include "adapters/fair_semaphore.hpp"

namespace polyglance {

/// Logs in to Keystone or Huawei IAM with a password or an application credential, and shows the token it was given.
///
/// The token is renewed before it ends and after a service refused it. One renewal is in flight at a time; who comes
/// meanwhile waits and shares its outcome, good or bad. Refused credentials are not tried again for 30 s: identity
/// services lock accounts after a few failures. A token that a backend refuses is replaced once in that time. When an
/// early renewal fails, the token stays in use while it lasts.
class KeystoneAuthenticator final : public Authenticator {
public:
    KeystoneAuthenticator(const AuthConfig& config, const AuthContext& context);

    asio::awaitable<Result<void>> authorize(HttpRequest& request, Deadline deadline) override;
    bool refused(const HttpRequest& request) override;
    asio::awaitable<Result<Endpoint>> endpoint_of(std::string service_type, std::string region, std::string interface,
                                                  Deadline deadline) override;

private:
    using Token = std::shared_ptr<const keystone::IssuedToken>;
    using SteadyTime = std::chrono::steady_clock::time_point;

    asio::awaitable<Result<Token>> token(Deadline deadline);
    asio::awaitable<Result<Token>> renew(Deadline deadline);
    Result<Token> keep(keystone::IssuedToken issued);
    Result<Token> give_up(Error error);
    bool usable() const;

    AuthConfig config_;
    const Clock& clock_;
    std::chrono::milliseconds request_timeout_;
    IdentityClient identity_;
    FairSemaphore renewal_; ///< one permit: the right to log in

    Token token_;
    SteadyTime renew_at_;
    SteadyTime expires_at_;
    std::uint64_t outcomes_ = 0;        ///< of renewals so far: a waiter sees by it that its question was answered
    std::optional<Error> last_failure_; ///< outcome of the latest renewal, if it was one
    SteadyTime blocked_until_{};        ///< no login before
    SteadyTime no_renewal_before_{};    ///< for a backend's refusal
};

} // namespace polyglance
