#pragma once

#include <memory>

#include "adapters/auth/authenticator.hpp"

namespace polyglance {

/// Authenticators that ask no identity service: they have no catalogue and nothing to renew.

/// Leaves requests as they are.
std::unique_ptr<Authenticator> make_unauthenticated();

/// Huawei access key: SDK-HMAC-SHA256, for the configured project, else the domain. Puts the target's query in the
/// order that is signed.
std::unique_ptr<Authenticator> make_aksk(const AuthConfig& config, const AuthContext& context);

/// Alibaba access key: acs HMAC-SHA1, with a new nonce for every call of `authorize`.
std::unique_ptr<Authenticator> make_acs(const AuthConfig& config, const AuthContext& context);

} // namespace polyglance
