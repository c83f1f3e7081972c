#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyglance::config {

bool is_alphanumeric(char c);             ///< ASCII
std::string lower(std::string_view text); ///< ASCII

bool is_ipv4(std::string_view text);
bool is_ipv6(std::string_view text); ///< without brackets
/// localhost, 127.0.0.0/8 or ::1.
bool is_loopback(std::string_view host);

struct HostPort {
    std::string host;                  ///< lower-case name or address, IPv6 without brackets
    std::optional<std::uint16_t> port; ///< empty when the text names none
};

/// Reads `host`, `host:port`, `[ipv6]` or `[ipv6]:port`. `error` goes on from "it ...".
std::optional<HostPort> split_host_port(std::string_view text, std::string& error);

} // namespace polyglance::config
