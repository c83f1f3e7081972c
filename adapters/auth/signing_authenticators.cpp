#include "adapters/auth/signing_authenticators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "adapters/auth/acs.hpp"
#include "adapters/auth/sdk_hmac.hpp"
#include "model/digest.hpp"

namespace polyglance {
namespace {

class WithoutCatalogue : public Authenticator {
public:
    asio::awaitable<Result<void>> authorize(HttpRequest& request, Deadline) final { co_return sign(request); }
    bool refused(const HttpRequest&) final { return false; }
    asio::awaitable<Result<Endpoint>> endpoint_of(std::string, std::string, std::string, Deadline) final
    {
        co_return failure(ErrorClass::config, "this kind of auth has no catalogue: set endpoint");
    }

private:
    virtual Result<void> sign(HttpRequest& request) = 0;
};

class Unauthenticated final : public WithoutCatalogue {
    Result<void> sign(HttpRequest&) override { return {}; }
};

AccessKey key_of(const AuthConfig& config)
{
    return {config.access_key, config.secret_key, config.security_token};
}

SigningInput input_of(const HttpRequest& request, std::string_view host)
{
    return {to_string(request.method), host, request.target, request.headers, request.body};
}

std::unexpected<Error> unreadable_target()
{
    return failure(ErrorClass::upstream_bad_request, "the request's target is not well percent-encoded");
}

class Aksk final : public WithoutCatalogue {
public:
    Aksk(const AuthConfig& config, const AuthContext& context)
        : key_(key_of(config)), project_id_(config.project_id), domain_id_(config.domain_id), clock_(context.clock)
    {
    }

private:
    Result<void> sign(HttpRequest& request) override
    {
        if (!project_id_.empty()) {
            request.headers.emplace_back("X-Project-Id", project_id_);
        } else if (!domain_id_.empty()) {
            request.headers.emplace_back("X-Domain-Id", domain_id_);
        }
        const std::string host = request.endpoint.host_header();
        auto signature = sign_sdk_hmac(key_, input_of(request, host), clock_.now());
        if (!signature) {
            return unreadable_target();
        }
        request.target = std::move(signature->target);
        std::ranges::move(signature->headers, std::back_inserter(request.headers));
        return {};
    }

    AccessKey key_;
    std::string project_id_;
    std::string domain_id_;
    const Clock& clock_;
};

/// 122 random bits in the form of a UUID of version 4.
std::string make_nonce()
{
    std::string bytes = random_bytes(16);
    bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
    const std::string hex = to_hex(bytes);
    const std::string_view h = hex;
    return fmt::format("{}-{}-{}-{}-{}", h.substr(0, 8), h.substr(8, 4), h.substr(12, 4), h.substr(16, 4),
                       h.substr(20));
}

class Acs final : public WithoutCatalogue {
public:
    Acs(const AuthConfig& config, const AuthContext& context)
        : key_(key_of(config)), region_(context.region), clock_(context.clock)
    {
    }

private:
    Result<void> sign(HttpRequest& request) override
    {
        std::ranges::move(acs_headers(key_, region_, clock_.now(), make_nonce()), std::back_inserter(request.headers));
        const auto signature = sign_acs(key_, input_of(request, ""));
        if (!signature) {
            return unreadable_target();
        }
        request.headers.emplace_back("Authorization", signature->authorization);
        return {};
    }

    AccessKey key_;
    std::string region_;
    const Clock& clock_;
};

} // namespace

std::unique_ptr<Authenticator> make_unauthenticated()
{
    return std::make_unique<Unauthenticated>();
}

std::unique_ptr<Authenticator> make_aksk(const AuthConfig& config, const AuthContext& context)
{
    return std::make_unique<Aksk>(config, context);
}

std::unique_ptr<Authenticator> make_acs(const AuthConfig& config, const AuthContext& context)
{
    return std::make_unique<Acs>(config, context);
}

} // namespace polyglance
