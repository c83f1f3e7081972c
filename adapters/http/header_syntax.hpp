#pragma once

#include <algorithm>
#include <string_view>

#include "adapters/http/http_client.hpp"

namespace polyglance {

/// Header names and list words, compared without case (ASCII only, whatever the locale).
inline bool same_name(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

inline bool has_header(const HttpHeaders& headers, std::string_view name)
{
    return std::ranges::any_of(headers, [&](const auto& header) { return same_name(header.first, name); });
}

/// ASCII that prints, without the space: what a request target is made of.
inline bool is_visible_char(char c)
{
    return c > ' ' && c < '\x7f';
}

/// What a header name is made of (RFC 9110, 5.6.2).
inline bool is_token_char(char c)
{
    return is_visible_char(c) && std::string_view{"\"(),/:;<=>?@[\\]{}"}.find(c) == std::string_view::npos;
}

/// What a header value is made of: no control character but the tab.
inline bool is_value_char(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

} // namespace polyglance
