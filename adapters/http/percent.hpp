#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polyglance {

/// Encodes one component of a URL: every byte but the RFC 3986 unreserved ones (`A-Za-z0-9-._~`) becomes %XX, upper
/// case. A space is %20, a slash %2F.
std::string percent_encode(std::string_view component);
/// The reverse; '+' stays '+'. Empty when a '%' is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);

/// Names and values of a query, decoded, in the order of the wire.
using QueryPairs = std::vector<std::pair<std::string, std::string>>;

/// `name=value` pairs joined by '&', in the order given, without '?'. An empty value still has its '='.
std::string encode_query(const QueryPairs& pairs);
/// Reads what stands behind '?'. A name without '=' has an empty value, empty pieces between '&' are skipped.
/// Empty when a piece cannot be decoded.
std::optional<QueryPairs> decode_query(std::string_view query);

} // namespace polyglance
