#include <algorithm>

#include "config/address.hpp"
#include "config/config.hpp"

namespace polyglance {
namespace {

/// Empty on success, else what is wrong with the path.
std::string check_path(std::string_view path)
{
    for (std::size_t i = 0; i < path.size(); ++i) {
        const char c = path[i];
        const auto is_hex = [](char h) { return std::string_view("0123456789abcdefABCDEF").contains(h); };
        if (c == '%' && (i + 2 >= path.size() || !is_hex(path[i + 1]) || !is_hex(path[i + 2]))) {
            return "holds a '%' that is no percent-encoding";
        }
        if (!config::is_alphanumeric(c) && !std::string_view("-._~!$&'()*+,;=:@/%").contains(c)) {
            return "holds a character that does not belong into a path";
        }
    }
    while (!path.empty()) {
        path.remove_prefix(1);
        std::string segment = config::lower(path.substr(0, path.find('/')));
        path.remove_prefix(segment.size());
        for (auto at = segment.find("%2e"); at != std::string::npos; at = segment.find("%2e")) {
            segment.replace(at, 3, ".");
        }
        if (segment == "." || segment == "..") {
            return "must not hold '.' or '..' in its path";
        }
    }
    return {};
}

} // namespace

std::string Endpoint::host_header() const
{
    std::string out = host.contains(':') ? "[" + host + "]" : host;
    if (port != (tls ? 443 : 80)) {
        out += ":" + std::to_string(port);
    }
    return out;
}

std::string Endpoint::url() const
{
    return (tls ? "https://" : "http://") + host_header() + prefix;
}

bool Endpoint::loopback() const
{
    return config::is_loopback(host);
}

std::optional<Endpoint> parse_endpoint(std::string_view text, std::string& error)
{
    Endpoint out;
    const auto scheme_end = text.find("://");
    const std::string scheme = config::lower(text.substr(0, scheme_end));
    if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) {
        error = "must start with http:// or https://";
        return std::nullopt;
    }
    out.tls = scheme == "https";
    text.remove_prefix(scheme_end + 3);
    if (text.contains('?') || text.contains('#')) {
        error = text.contains('?') ? "must not have a query" : "must not have a fragment";
        return std::nullopt;
    }
    const auto slash = std::min(text.find('/'), text.size());
    const std::string_view authority = text.substr(0, slash);
    std::string_view path = text.substr(slash);
    if (authority.contains('@')) {
        error = "must not hold a user or password; use auth";
        return std::nullopt;
    }
    const auto where = config::split_host_port(authority, error);
    if (!where) {
        return std::nullopt;
    }
    if (where->port == 0) {
        error = "must have a port between 1 and 65535";
        return std::nullopt;
    }
    out.host = where->host;
    out.port = where->port.value_or(out.tls ? 443 : 80);
    error = check_path(path);
    if (!error.empty()) {
        return std::nullopt;
    }
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    out.prefix = path;
    return out;
}

} // namespace polyglance
