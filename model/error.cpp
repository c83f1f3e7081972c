#include "model/error.hpp"

#include <array>
#include <utility>

namespace polyglance {
namespace {

using enum ErrorClass;
constexpr std::array<std::pair<ErrorClass, std::string_view>, 13> words{{
    {upstream_bad_request, "upstream_bad_request"},
    {upstream_auth, "upstream_auth"},
    {upstream_forbidden, "upstream_forbidden"},
    {not_found, "not_found"},
    {conflict, "conflict"},
    {throttled, "throttled"},
    {upstream_unavailable, "upstream_unavailable"},
    {upstream_protocol, "upstream_protocol"},
    {marker_gone, "marker_gone"},
    {timeout, "timeout"},
    {circuit_open, "circuit_open"},
    {overloaded, "overloaded"},
    {config, "config"},
}};

} // namespace

std::string_view to_string(ErrorClass error_class)
{
    for (const auto& [value, word] : words) {
        if (value == error_class) {
            return word;
        }
    }
    return "upstream_unavailable";
}

std::optional<ErrorClass> error_class_from(std::string_view word)
{
    for (const auto& [value, text] : words) {
        if (text == word) {
            return value;
        }
    }
    return std::nullopt;
}

} // namespace polyglance
