#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "proxy/http/problem.hpp"

namespace polyglance {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view html_type = "text/html";
inline constexpr std::string_view text_type = "text/plain";

/// The best of `offers` for that Accept value; at equal weight the earlier one. "" when none is acceptable.
std::string_view choose_type(std::string_view accept, std::span<const std::string_view> offers);

/// What every path refuses before it looks further: an Accept that none of `offers` meets
/// (no offers = any will do), and two different tokens.
std::optional<Problem> refuse_head(const Request& request, std::span<const std::string_view> offers);

} // namespace polyglance
