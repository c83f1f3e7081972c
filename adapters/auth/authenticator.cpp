#include "adapters/auth/authenticator.hpp"

#include "adapters/auth/fixed_token.hpp"
#include "adapters/auth/keystone.hpp"
#include "adapters/auth/signing_authenticators.hpp"

namespace polyglance {

std::unique_ptr<Authenticator> make_authenticator(const AuthConfig& config, const AuthContext& context)
{
    switch (config.type) {
    case AuthType::token:
        return std::make_unique<FixedTokenAuthenticator>(config, context);
    case AuthType::password:
    case AuthType::application_credential:
        return std::make_unique<KeystoneAuthenticator>(config, context);
    case AuthType::aksk:
        return make_aksk(config, context);
    case AuthType::acs:
        return make_acs(config, context);
    case AuthType::none:
        break;
    }
    return make_unauthenticated();
}

} // namespace polyglance
