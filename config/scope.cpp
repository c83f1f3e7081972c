#include "config/config.hpp"
#include "model/digest.hpp"

namespace polyglance {
namespace {

/// One field with its length, so that no two lists of fields read alike.
void add(Sha256Stream& stream, std::string_view field)
{
    stream.update(std::to_string(field.size()) + ":");
    stream.update(field);
}

/// `auth_url` without what does not change its meaning: case of the host, default port, trailing "/" and "/v3".
std::string canonical_url(const std::string& auth_url)
{
    std::string error;
    auto endpoint = parse_endpoint(auth_url, error);
    if (!endpoint) {
        return auth_url;
    }
    if (endpoint->prefix.ends_with("/v3")) {
        endpoint->prefix.resize(endpoint->prefix.size() - 3);
    }
    return endpoint->url();
}

} // namespace

std::string SourceConfig::scope() const
{
    Sha256Stream stream;
    add(stream, "polyglance scope 1");
    add(stream, to_string(provider));
    add(stream, endpoint ? endpoint->url() : "");
    // Without an endpoint, the catalogue decides by interface.
    add(stream, endpoint ? "" : interface);
    add(stream, region);
    add(stream, nova_listing == NovaListing::brief ? "brief" : "");
    add(stream, to_string(auth.type));
    add(stream, auth.auth_url.empty() ? "" : canonical_url(auth.auth_url));
    for (const auto* name : {&auth.username, &auth.user_id, &auth.user_domain_name, &auth.user_domain_id,
                             &auth.project_name, &auth.project_id, &auth.project_domain_name, &auth.project_domain_id,
                             &auth.domain_name, &auth.domain_id, &auth.credential_id, &auth.credential_name}) {
        add(stream, *name);
    }
    // A fixed token or an access key is the only name its user has here: another one may see other images.
    add(stream, as_bytes(sha256(auth.token.reveal())));
    add(stream, as_bytes(sha256(auth.access_key.reveal())));
    return to_hex(as_bytes(stream.finish()));
}

} // namespace polyglance
