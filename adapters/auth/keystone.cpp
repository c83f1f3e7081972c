#include "adapters/auth/keystone.hpp"

#include <algorithm>
#include <utility>

namespace polyglance {
namespace {

using namespace std::chrono_literals;

/// How long refused credentials are left alone, and how long a failed early renewal is not repeated.
constexpr auto pause_after_failure = 30s;

constexpr const char* token_header = "X-Auth-Token";

} // namespace

KeystoneAuthenticator::KeystoneAuthenticator(const AuthConfig& config, const AuthContext& context)
    : config_(config), clock_(context.clock), request_timeout_(context.request_timeout),
      identity_(config.auth_url, context), renewal_(1, context.clock)
{
}

asio::awaitable<Result<void>> KeystoneAuthenticator::authorize(HttpRequest& request, Deadline deadline)
{
    const auto held = co_await token(deadline);
    if (!held) {
        co_return std::unexpected(held.error());
    }
    request.headers.emplace_back(token_header, (*held)->value.reveal());
    co_return Result<void>{};
}

bool KeystoneAuthenticator::refused(const HttpRequest& request)
{
    if (token_ && find_header(request.headers, token_header) == token_->value.reveal()) {
        const SteadyTime now = clock_.steady_now();
        if (now < no_renewal_before_) {
            return false; // a new one did not help a moment ago
        }
        no_renewal_before_ = now + pause_after_failure;
        token_.reset();
    }
    return true;
}

asio::awaitable<Result<Endpoint>> KeystoneAuthenticator::endpoint_of(std::string service_type, std::string region,
                                                                     std::string interface, Deadline deadline)
{
    const auto held = co_await token(deadline);
    if (!held) {
        co_return std::unexpected(held.error());
    }
    co_return (*held)->catalogue.find(service_type, region, interface);
}

bool KeystoneAuthenticator::usable() const
{
    return token_ && clock_.steady_now() < renew_at_;
}

asio::awaitable<Result<KeystoneAuthenticator::Token>> KeystoneAuthenticator::token(Deadline deadline)
{
    if (usable()) {
        co_return token_;
    }
    const std::uint64_t seen = outcomes_;
    const auto turn = co_await renewal_.acquire(deadline);
    if (!turn) {
        co_return std::unexpected(turn.error());
    }
    if (usable()) {
        co_return token_;
    }
    const bool answered = outcomes_ != seen || clock_.steady_now() < blocked_until_;
    if (answered && last_failure_) {
        co_return std::unexpected(*last_failure_);
    }
    auto renewed = co_await renew(deadline);
    co_return renewed;
}

asio::awaitable<Result<KeystoneAuthenticator::Token>> KeystoneAuthenticator::renew(Deadline deadline)
{
    auto body = keystone::login_body(config_);
    if (!body) {
        co_return give_up(body.error());
    }
    const bool hurried = deadline - clock_.steady_now() < request_timeout_ / 2;
    auto issued = co_await identity_.log_in(std::move(*body), deadline);
    if (issued) {
        co_return keep(std::move(*issued));
    }
    if (hurried && issued.error().error_class == ErrorClass::timeout) {
        // This caller came with little time, which says nothing to those who wait: the next of them tries.
        co_return std::unexpected(issued.error());
    }
    co_return give_up(issued.error());
}

Result<KeystoneAuthenticator::Token> KeystoneAuthenticator::keep(keystone::IssuedToken issued)
{
    const SteadyTime now = clock_.steady_now();
    renew_at_ = now + keystone::time_until_renewal(issued.lifetime);
    expires_at_ = now + issued.lifetime;
    token_ = std::make_shared<const keystone::IssuedToken>(std::move(issued));
    last_failure_.reset();
    ++outcomes_;
    return token_;
}

Result<KeystoneAuthenticator::Token> KeystoneAuthenticator::give_up(Error error)
{
    const SteadyTime now = clock_.steady_now();
    if (error.error_class == ErrorClass::upstream_auth) {
        blocked_until_ = now + pause_after_failure;
    }
    last_failure_ = std::move(error);
    ++outcomes_;
    if (token_ && now < expires_at_) {
        renew_at_ = std::min<SteadyTime>(now + pause_after_failure, expires_at_);
        return token_;
    }
    return std::unexpected(*last_failure_);
}

} // namespace polyglance
