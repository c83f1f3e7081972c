#include "config/auth_part.hpp"

#include <initializer_list>

#include "config/words.hpp"

namespace polyglance::config {
namespace {

enum class Need : std::uint8_t { at_most_one, exactly_one };

/// Of keys that say the same thing in different ways, no two may be given.
void check_alternatives(Section& section, std::initializer_list<std::string_view> keys, Need need)
{
    std::string_view first;
    std::string all;
    for (const auto key : keys) {
        all += (all.empty() ? "" : " or ") + std::string(key);
        if (!section.has(key)) {
            continue;
        }
        if (!first.empty()) {
            section.problem(key, "contradicts '" + std::string(first) + "'; keep one of them");
        }
        first = first.empty() ? key : first;
    }
    if (first.empty() && need == Need::exactly_one) {
        section.problem(*keys.begin(), "is required: " + all);
    }
}

void require_secret(Section& section, std::string_view key, const Secret& value)
{
    const std::string file_key = std::string(key) + "_file";
    if (value.empty() && !section.has(key) && !section.has(file_key)) {
        section.problem(key, "is required: " + std::string(key) + " or " + file_key);
    }
}

void read_auth_url(Section& section, AuthConfig& out, Need need)
{
    if (need == Need::exactly_one) {
        section.require("auth_url", "the identity service, such as https://host:5000/v3");
    }
    std::string error;
    if (section.name("auth_url", out.auth_url) && !parse_endpoint(out.auth_url, error)) {
        section.problem("auth_url", error);
    }
}

/// Keystone knows users and projects by id, or by name inside a domain.
void read_user(Section& section, AuthConfig& out, Need need)
{
    section.name("username", out.username);
    section.name("user_id", out.user_id);
    section.name("user_domain_name", out.user_domain_name);
    section.name("user_domain_id", out.user_domain_id);
    check_alternatives(section, {"username", "user_id"}, need);
    check_alternatives(section, {"user_domain_name", "user_domain_id"},
                       section.has("username") ? Need::exactly_one : Need::at_most_one);
}

void read_scope(Section& section, AuthConfig& out)
{
    section.name("project_name", out.project_name);
    section.name("project_id", out.project_id);
    section.name("project_domain_name", out.project_domain_name);
    section.name("project_domain_id", out.project_domain_id);
    section.name("domain_name", out.domain_name);
    section.name("domain_id", out.domain_id);
    check_alternatives(section, {"project_name", "project_id", "domain_name", "domain_id"}, Need::exactly_one);
    check_alternatives(section, {"project_domain_name", "project_domain_id"},
                       section.has("project_name") ? Need::exactly_one : Need::at_most_one);
}

void read_password(Section& section, AuthConfig& out)
{
    read_auth_url(section, out, Need::exactly_one);
    read_user(section, out, Need::exactly_one);
    section.secret("password", out.password, SecretUse::text);
    require_secret(section, "password", out.password);
    read_scope(section, out);
}

void read_application_credential(Section& section, CredentialKeys keys, AuthConfig& out)
{
    read_auth_url(section, out, Need::exactly_one);
    section.name(keys.id, out.credential_id);
    section.name(keys.name, out.credential_name);
    section.secret(keys.secret, out.credential_secret, SecretUse::text);
    check_alternatives(section, {keys.id, keys.name}, Need::exactly_one);
    require_secret(section, keys.secret, out.credential_secret);
    // Its name is unique only among one user's credentials.
    read_user(section, out, section.has(keys.name) ? Need::exactly_one : Need::at_most_one);
}

void read_token(Section& section, AuthConfig& out)
{
    read_auth_url(section, out, Need::at_most_one);
    section.secret("token", out.token, SecretUse::header);
    require_secret(section, "token", out.token);
}

void read_aksk(Section& section, AuthConfig& out)
{
    section.secret("access_key", out.access_key, SecretUse::header);
    section.secret("secret_key", out.secret_key, SecretUse::header);
    section.secret("security_token", out.security_token, SecretUse::header);
    require_secret(section, "access_key", out.access_key);
    require_secret(section, "secret_key", out.secret_key);
    section.name("project_id", out.project_id);
    section.name("domain_id", out.domain_id);
    check_alternatives(section, {"project_id", "domain_id"}, Need::exactly_one);
}

void read_acs(Section& section, AuthConfig& out)
{
    section.secret("access_key_id", out.access_key, SecretUse::header);
    section.secret("access_key_secret", out.secret_key, SecretUse::header);
    section.secret("security_token", out.security_token, SecretUse::header);
    require_secret(section, "access_key_id", out.access_key);
    require_secret(section, "access_key_secret", out.secret_key);
}

} // namespace

void read_auth_keys(Section& section, CredentialKeys keys, AuthConfig& out)
{
    switch (out.type) {
    case AuthType::none:
        return;
    case AuthType::token:
        return read_token(section, out);
    case AuthType::password:
        return read_password(section, out);
    case AuthType::application_credential:
        return read_application_credential(section, keys, out);
    case AuthType::aksk:
        return read_aksk(section, out);
    case AuthType::acs:
        return read_acs(section, out);
    }
}

void read_auth(Section section, AuthConfig& out)
{
    if (!section.present()) {
        return;
    }
    section.require("type", "password, application_credential, token, aksk, acs or none");
    section.word<AuthType>("type", out.type, auth_type_words);
    if (!section.sound()) {
        return; // which keys belong here is unknown
    }
    read_auth_keys(section, our_credential_keys, out);
    section.finish("auth type '" + std::string(to_string(out.type)) + "'");
}

} // namespace polyglance::config
