#include "proxy/http/router.hpp"

#include <algorithm>

#include "adapters/http/percent.hpp"
#include "model/json/write.hpp"

namespace polyglance {
namespace {

std::vector<std::string> split_path(std::string_view path)
{
    std::vector<std::string> out;
    while (!path.empty()) {
        path.remove_prefix(1); // the slash
        const auto slash = path.find('/');
        out.emplace_back(path.substr(0, slash));
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
    }
    return out;
}

/// How well a pattern segment fits: 0 not at all, 3 literally, 2 `{name}:verb`, 1 `{name}`.
int fit(std::string_view pattern, std::string_view segment, std::string_view& value)
{
    if (pattern.empty() || pattern.front() != '{') {
        return pattern == segment ? 3 : 0;
    }
    const auto verb = pattern.substr(pattern.find('}') + 1);
    if (segment.size() <= verb.size() || !segment.ends_with(verb)) {
        return 0;
    }
    value = segment.substr(0, segment.size() - verb.size());
    return verb.empty() ? 1 : 2;
}

std::string_view parameter_name(std::string_view pattern)
{
    return pattern.substr(1, pattern.find('}') - 1);
}

struct Fit {
    std::vector<int> score; // one per segment, compared left to right
    std::vector<std::pair<std::string, std::string>> parameters;
};

std::optional<Fit> fit_path(const std::vector<std::string>& pattern, const std::vector<std::string>& path)
{
    if (pattern.size() != path.size()) {
        return std::nullopt;
    }
    Fit out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        std::string_view value;
        const int score = fit(pattern[i], path[i], value);
        if (score == 0) {
            return std::nullopt;
        }
        out.score.push_back(score);
        if (score < 3) {
            out.parameters.emplace_back(parameter_name(pattern[i]), value);
        }
    }
    return out;
}

} // namespace

std::optional<std::string> decode_text(std::string_view component)
{
    auto decoded = percent_decode(component);
    if (decoded && (decoded->find('\0') != std::string::npos || !json::valid_utf8(*decoded))) {
        return std::nullopt;
    }
    return decoded;
}

Router::Router(std::vector<Route> routes) : routes_(std::move(routes))
{
    for (const auto& route : routes_) {
        segments_.push_back(split_path(route.pattern));
        deepest_ = std::max(deepest_, segments_.back().size());
    }
}

const Route* Router::match_literal(Method method, std::string_view path, Audience listener) const
{
    const Method wanted = method == Method::head ? Method::get : method;
    const auto found = std::find_if(routes_.begin(), routes_.end(), [&](const Route& route) {
        return route.method == wanted && route.pattern == path &&
               (route.audience == Audience::both || route.audience == listener);
    });
    return found != routes_.end() && path.find('{') == std::string_view::npos ? &*found : nullptr;
}

Router::Match Router::match(Method method, std::string_view path, Audience listener) const
{
    if (static_cast<std::size_t>(std::count(path.begin(), path.end(), '/')) > deepest_) {
        return {}; // a path of nothing but slashes is not worth taking apart
    }
    std::vector<std::string> segments;
    for (const auto& raw : split_path(path)) {
        auto decoded = decode_text(raw);
        if (!decoded) {
            return {};
        }
        segments.push_back(std::move(*decoded));
    }

    // All methods of the best-fitting pattern count, so that 405 can name them.
    std::vector<int> best;
    std::vector<std::pair<const Route*, Fit>> candidates;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        if (routes_[i].audience != Audience::both && routes_[i].audience != listener) {
            continue;
        }
        auto found = fit_path(segments_[i], segments);
        if (!found || found->score < best) {
            continue;
        }
        if (found->score > best) {
            best = found->score;
            candidates.clear();
        }
        candidates.emplace_back(&routes_[i], std::move(*found));
    }

    Match match;
    const Method wanted = method == Method::head ? Method::get : method;
    for (auto& [route, found] : candidates) {
        if (route->method == wanted) {
            match.route = route;
            match.parameters = std::move(found.parameters);
            return match;
        }
        match.allow += match.allow.empty() ? "" : ", ";
        match.allow += route->method == Method::get ? "GET, HEAD" : std::string(to_string(route->method));
    }
    return match;
}

} // namespace polyglance
