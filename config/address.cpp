#include "config/address.hpp"

#include <algorithm>
#include <arpa/inet.h>

#include "config/scalars.hpp"

namespace polyglance::config {
namespace {

bool is_name(std::string_view host)
{
    const bool dotted_digits =
        std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
    if (dotted_digits) {
        return is_ipv4(host); // "1.2.3" is neither a name nor an address
    }
    return host.size() <= 253 && is_alphanumeric(host.front()) &&
           std::all_of(host.begin(), host.end(),
                       [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; }) &&
           !host.contains("..");
}

} // namespace

bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

bool is_ipv4(std::string_view text)
{
    in_addr out{};
    return inet_pton(AF_INET, std::string(text).c_str(), &out) == 1;
}

bool is_ipv6(std::string_view text)
{
    in6_addr out{};
    return inet_pton(AF_INET6, std::string(text).c_str(), &out) == 1;
}

bool is_loopback(std::string_view host)
{
    if (host == "localhost" || (host.starts_with("127.") && is_ipv4(host))) {
        return true;
    }
    in6_addr address{};
    return inet_pton(AF_INET6, std::string(host).c_str(), &address) == 1 && IN6_IS_ADDR_LOOPBACK(&address);
}

std::optional<HostPort> split_host_port(std::string_view text, std::string& error)
{
    HostPort out;
    std::optional<std::string_view> port;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        out.host = lower(text.substr(1, close == std::string_view::npos ? close : close - 1));
        if (close == std::string_view::npos || !is_ipv6(out.host)) {
            error = "holds no valid IPv6 address between [ and ]";
            return std::nullopt;
        }
        text.remove_prefix(close + 1);
        if (!text.empty() && text.front() != ':') {
            error = "needs ':' and a port after ']'";
            return std::nullopt;
        }
        port = text.empty() ? std::nullopt : std::optional(text.substr(1));
    } else {
        const auto colon = text.find(':');
        if (colon != text.rfind(':')) {
            error = "must have [ and ] around an IPv6 address";
            return std::nullopt;
        }
        out.host = lower(text.substr(0, colon));
        port = colon == std::string_view::npos ? std::nullopt : std::optional(text.substr(colon + 1));
        if (out.host.empty() || !is_name(out.host)) {
            error = out.host.empty() ? "has no host" : "has no valid host name or address";
            return std::nullopt;
        }
    }
    if (port) {
        const auto number = parse_count(*port);
        if (!number || *number > 65535) {
            error = "must have a port between 1 and 65535";
            return std::nullopt;
        }
        out.port = static_cast<std::uint16_t>(*number);
    }
    return out;
}

} // namespace polyglance::config
