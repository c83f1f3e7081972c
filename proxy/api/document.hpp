#pragma once

#include <string>
#include <string_view>

#include "proxy/http/message.hpp"

namespace polyglance {

inline constexpr std::string_view long_lived = "private, max-age=3600";
inline constexpr std::string_view short_lived = "private, max-age=1";

/// A 200 with that body, its ETag and Cache-Control, or the 304 for a client that has it already.
Response document_response(const Request& request, std::string_view content_type, std::string body,
                           std::string_view cache_control);

} // namespace polyglance
