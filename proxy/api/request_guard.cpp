#include "proxy/api/request_guard.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace polyglance {
namespace {

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

/// One media range of an Accept header.
struct Range {
    std::string type; ///< lower case
    double weight = 1;

    /// 3 the very type, 2 its family, 1 anything, 0 not covered.
    int fit(std::string_view offer) const
    {
        if (type == offer) {
            return 3;
        }
        if (type == "*/*") {
            return 1;
        }
        return type.ends_with("/*") && offer.starts_with(type.substr(0, type.size() - 1)) ? 2 : 0;
    }
};

Range read_range(std::string_view element)
{
    const auto semicolon = element.find(';');
    Range out{lower(trim(element.substr(0, semicolon)))};
    while (semicolon != std::string_view::npos && !element.empty()) {
        const auto next = element.find(';');
        element = next == std::string_view::npos ? std::string_view{} : element.substr(next + 1);
        const auto parameter = lower(trim(element.substr(0, element.find(';'))));
        if (parameter.starts_with("q=")) {
            out.weight = 0; // stays so when the weight cannot be read
            std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), out.weight);
        }
    }
    return out;
}

double weight_of(std::string_view accept, std::string_view offer)
{
    int best_fit = 0;
    double weight = 0;
    while (!accept.empty()) {
        const auto comma = accept.find(',');
        const auto range = read_range(accept.substr(0, comma));
        if (const int fit = range.fit(offer); fit > best_fit) {
            best_fit = fit;
            weight = range.weight;
        }
        accept = comma == std::string_view::npos ? std::string_view{} : accept.substr(comma + 1);
    }
    return weight;
}

} // namespace

std::string_view choose_type(std::string_view accept, std::span<const std::string_view> offers)
{
    if (trim(accept).empty()) {
        return offers.front();
    }
    std::string_view best;
    double best_weight = 0;
    for (const auto offer : offers) {
        if (const double weight = weight_of(accept, offer); weight > best_weight) {
            best = offer;
            best_weight = weight;
        }
    }
    return best;
}

std::optional<Problem> refuse_head(const Request& request, std::span<const std::string_view> offers)
{
    if (!offers.empty() && choose_type(request.header("Accept"), offers).empty()) {
        return Problem{.code = "not_acceptable",
                       .detail = fmt::format("This path answers as {}.", fmt::join(offers, " or "))};
    }
    return std::nullopt;
}

} // namespace polyglance
