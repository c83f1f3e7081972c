#include <algorithm>
#include <arpa/inet.h>

#include "config/config.hpp"
#include "config/scalars.hpp"

namespace polyglance {
namespace {

constexpr unsigned v4_prefix_bits = 96; // of ::ffff:0:0, where IPv4 lives in IPv6

/// The address as IPv6, IPv4 mapped into it. Empty when the text is no address.
std::optional<std::array<unsigned char, 16>> to_v6(const std::string& text)
{
    std::array<unsigned char, 16> out{};
    if (inet_pton(AF_INET6, text.c_str(), out.data()) == 1) {
        return out;
    }
    out = {};
    out[10] = out[11] = 0xff;
    return inet_pton(AF_INET, text.c_str(), out.data() + 12) == 1 ? std::optional(out) : std::nullopt;
}

} // namespace

bool Network::contains(std::string_view address_text) const
{
    const auto other = to_v6(std::string(address_text));
    if (!other) {
        return false;
    }
    const auto whole = bits / 8;
    const auto rest = bits % 8;
    const auto mask = static_cast<unsigned char>(0xff00U >> rest);
    return std::equal(address.begin(), address.begin() + whole, other->begin()) &&
           (rest == 0 || (address[whole] & mask) == ((*other)[whole] & mask));
}

std::optional<Network> parse_network(std::string_view text, std::string& error)
{
    const auto slash = text.find('/');
    const std::string host(text.substr(0, slash));
    const auto address = to_v6(host);
    if (!address) {
        error = "must be an address or a range such as 10.0.0.0/8 or fd00::/8";
        return std::nullopt;
    }
    Network out{.text = std::string(text), .address = *address, .bits = 128};
    if (slash != std::string_view::npos) {
        const unsigned offset = host.contains(':') ? 0 : v4_prefix_bits;
        const auto bits = config::parse_count(text.substr(slash + 1));
        if (!bits || *bits > 128 - offset) {
            error = "must end in a prefix length from /0 to /" + std::to_string(128 - offset);
            return std::nullopt;
        }
        out.bits = static_cast<unsigned>(*bits) + offset;
    }
    return out;
}

} // namespace polyglance
