#include "proxy/api/cache_directives.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace polyglance {
namespace {

using std::chrono::seconds;

// Long enough to mean "for ever", short enough to be subtracted from any date.
constexpr seconds longest{100LL * 365 * 24 * 3600};

std::string lower_without_blanks(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '"') {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
    }
    return out;
}

std::optional<seconds> read_seconds(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    const auto most = static_cast<std::uint64_t>(longest.count());
    return error == std::errc{} ? seconds{static_cast<std::int64_t>(std::min(value, most))} : longest;
}

/// Of two demands the stricter one counts.
void lower_to(std::optional<seconds>& limit, std::optional<seconds> value)
{
    if (value) {
        limit = limit ? std::min(*limit, *value) : *value;
    }
}

void apply(CacheDirectives& out, std::string_view directive)
{
    const auto equals = directive.find('=');
    const auto name = directive.substr(0, equals);
    const auto value = equals == std::string_view::npos ? std::string_view{} : directive.substr(equals + 1);
    if (name == "no-cache" || name == "no-store") {
        out.max_age = seconds{0};
    } else if (name == "max-age") {
        lower_to(out.max_age, read_seconds(value));
    } else if (name == "max-stale") {
        lower_to(out.max_stale, equals == std::string_view::npos ? longest : read_seconds(value));
    } else if (name == "only-if-cached") {
        out.only_if_cached = true;
    }
}

} // namespace

bool CacheDirectives::too_old(const SourceStatus& status, Instant now) const
{
    if (!status.fetched_at || !status.expires_at) {
        return false;
    }
    const bool old = max_age && (*max_age == seconds{0} || now - *status.fetched_at > *max_age);
    const bool stale_enough = max_stale && now - *status.expires_at > *max_stale;
    if (max_age && max_stale && *max_age > seconds{0}) {
        return old && stale_enough;
    }
    return old || stale_enough;
}

CacheDirectives read_cache_directives(const Request& request)
{
    CacheDirectives out;
    for (const auto& [name, value] : request.headers) {
        if (lower_without_blanks(name) != "cache-control") {
            continue;
        }
        const std::string text = lower_without_blanks(value);
        std::string_view rest = text;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            apply(out, rest.substr(0, comma));
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
    }
    return out;
}

} // namespace polyglance
