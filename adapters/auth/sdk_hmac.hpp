#pragma once

#include <optional>
#include <string>

#include "adapters/auth/signing.hpp"
#include "adapters/http/percent.hpp"
#include "model/clock.hpp"

namespace polyglance {

/// Huawei Cloud's `SDK-HMAC-SHA256`: an access key proves itself by a signature over the whole request.
struct SdkHmacSignature {
    HttpHeaders headers; ///< to add to the request: X-Sdk-Date, X-Security-Token with temporary keys, Authorization
    std::string target;  ///< to send instead of the input's: its query is the one that was signed
    std::string canonical_request;
    std::string string_to_sign;
    std::string signature; ///< lower-case hex
};

/// Signs every header of the input but those with '_' in their name, which the gateway leaves out too. The input has no
/// X-Sdk-Date, X-Security-Token or Authorization yet.
/// Empty when the target is not well percent-encoded.
std::optional<SdkHmacSignature> sign_sdk_hmac(const AccessKey& key, const SigningInput& input, Instant now);

/// The query in the order and encoding that is signed: sorted by name, then by value.
std::string sdk_hmac_query(QueryPairs pairs);

} // namespace polyglance
