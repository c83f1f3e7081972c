#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "proxy/auth/rate_limiter.hpp"
#include "proxy/http/admission.hpp"

namespace polyglance {

/// Decides who a request comes from and whether it is let in: forwarded addresses of trusted proxies, tokens, limits.
///
/// A token is recognised by its SHA-256, compared with every known one in constant time. A peer that keeps presenting
/// wrong ones is refused for a while, right ones included, so that guessing gains nothing. Any thread.
class Gate final : public Admission {
public:
    Gate(const ServerConfig& server, const FrontAuthConfig& auth);

    /// Other tokens from now on.
    void set_tokens(const FrontAuthConfig& auth);

    std::optional<Problem> admit(Request& request, Access access) override;

private:
    struct Known {
        std::string sha256; ///< of the token, in hex
        std::shared_ptr<const Caller> caller;
    };
    struct Tokens {
        bool required = false;
        std::vector<Known> known;
    };

    std::shared_ptr<const Caller> recognise(const Tokens& tokens, std::string_view token) const;
    std::optional<Problem> authenticate(Request& request, Access access);
    void read_forwarded(Request& request) const;
    bool is_trusted(std::string_view address) const;

    std::vector<Network> trusted_proxies_;
    std::size_t at_once_ = 0;             ///< requests of one caller
    std::optional<RateLimiter> requests_; ///< empty = no limit
    RateLimiter failures_;
    std::shared_ptr<const Caller> everybody_, nobody_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Tokens> tokens_;
};

} // namespace polyglance
