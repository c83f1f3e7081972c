#include "adapters/auth/fixed_token.hpp"

#include <utility>

namespace polyglance {

FixedTokenAuthenticator::FixedTokenAuthenticator(const AuthConfig& config, const AuthContext& context)
    : token_(config.token), fetching_(1, context.clock)
{
    if (!config.auth_url.empty()) {
        identity_.emplace(config.auth_url, context);
    }
}

Result<void> FixedTokenAuthenticator::check() const
{
    if (!keystone::is_token(token_.reveal())) {
        return failure(ErrorClass::config, "auth.token is empty or holds characters that cannot be sent");
    }
    return {};
}

asio::awaitable<Result<void>> FixedTokenAuthenticator::authorize(HttpRequest& request, Deadline)
{
    auto good = check();
    if (good) {
        request.headers.emplace_back("X-Auth-Token", token_.reveal());
    }
    co_return good;
}

asio::awaitable<Result<Endpoint>> FixedTokenAuthenticator::endpoint_of(std::string service_type, std::string region,
                                                                       std::string interface, Deadline deadline)
{
    const auto fetched = co_await fetch_catalogue(deadline);
    if (!fetched) {
        co_return std::unexpected(fetched.error());
    }
    co_return catalogue_->find(service_type, region, interface);
}

asio::awaitable<Result<void>> FixedTokenAuthenticator::fetch_catalogue(Deadline deadline)
{
    if (!identity_) {
        co_return failure(ErrorClass::config, "a token without auth_url has no catalogue: set endpoint or auth_url");
    }
    if (auto good = check(); !good) {
        co_return good;
    }
    const auto turn = co_await fetching_.acquire(deadline);
    if (!turn) {
        co_return std::unexpected(turn.error());
    }
    if (catalogue_) {
        co_return Result<void>{};
    }
    auto catalogue = co_await identity_->catalogue(token_, deadline);
    if (!catalogue) {
        co_return std::unexpected(catalogue.error());
    }
    catalogue_ = std::move(*catalogue);
    co_return Result<void>{};
}

} // namespace polyglance
