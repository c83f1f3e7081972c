#pragma once

#include <string>
#include <string_view>

#include "adapters/http/http_client.hpp"
#include "config/secret.hpp"

namespace polyglance {

/// A key pair that signs requests.
struct AccessKey {
    Secret id;
    Secret secret;
    Secret security_token; ///< of temporary keys, else empty
};

/// What of a request a signature covers. Views: must outlive the call only.
struct SigningInput {
    std::string_view method;
    std::string_view host;   ///< the `Host` header as it goes on the wire; "" = left unsigned
    std::string_view target; ///< path and query as they go on the wire
    const HttpHeaders& headers;
    std::string_view body;
};

/// The part of a target before '?', and the part behind it.
std::string_view path_of(std::string_view target);
std::string_view query_of(std::string_view target);

/// A header name as signatures write it: A-Z become a-z, whatever the locale.
std::string lower_ascii(std::string_view text);

} // namespace polyglance
