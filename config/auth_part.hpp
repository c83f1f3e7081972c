#pragma once

#include <string_view>

#include "config/config.hpp"
#include "config/section.hpp"

namespace polyglance::config {

/// The keys of an application credential, which clouds.yaml calls otherwise than we do.
struct CredentialKeys {
    std::string_view id;
    std::string_view name;
    std::string_view secret;
};
inline constexpr CredentialKeys our_credential_keys{"id", "name", "secret"};
inline constexpr CredentialKeys clouds_credential_keys{"application_credential_id", "application_credential_name",
                                                       "application_credential_secret"};

/// A source's `auth`, its `type` included. An absent section is type none.
void read_auth(Section section, AuthConfig& out);

/// The keys that `out.type` takes. Does not look for unknown ones.
void read_auth_keys(Section& section, CredentialKeys keys, AuthConfig& out);

} // namespace polyglance::config
