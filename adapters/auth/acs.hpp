#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/auth/signing.hpp"
#include "model/clock.hpp"

namespace polyglance {

/// Alibaba Cloud's `acs` scheme (HMAC-SHA1 over the request's main lines).
struct AcsSignature {
    std::string string_to_sign;
    std::string signature;     ///< base64
    std::string authorization; ///< value of the header
};

/// The x-acs-* headers and the `Date` that BatchCompute wants with every call. `nonce` must be new for every attempt,
/// repeats included: the service refuses one that it has seen. `region` may be "".
HttpHeaders acs_headers(const AccessKey& key, std::string_view region, Instant now, std::string_view nonce);

/// Signs a request whose headers are complete but for `Authorization`. The target goes on the wire as it is. Host and
/// body are not covered by this scheme.
/// Empty when the target is not well percent-encoded.
std::optional<AcsSignature> sign_acs(const AccessKey& key, const SigningInput& input);

} // namespace polyglance
