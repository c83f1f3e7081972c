#include "proxy/api/envelope.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace polyglance {
namespace {

using std::chrono::seconds;

constexpr seconds longest_retry_after{60};

/// Nothing to wait for that would make the answer newer. A partial snapshot has a TTL like any other.
bool holds_for_its_ttl(SourceState state)
{
    return state != SourceState::stale && state != SourceState::error && state != SourceState::pending;
}

seconds age_of(const Freshness& freshness, Instant now)
{
    return std::max(std::chrono::floor<seconds>(now - freshness.oldest.value_or(now)), seconds{0});
}

std::string cache_control(std::span<const ShownSource> shown, const Freshness& freshness, Instant now)
{
    const auto ttl = freshness.ttl(now);
    // Caches subtract Age from max-age (RFC 9111 4.2): this leaves them the least remaining TTL.
    const bool fresh = freshness.all_fresh && ttl && *ttl > seconds{0};
    const auto max_age = fresh ? *ttl + age_of(freshness, now) : seconds{0};
    std::string out = fmt::format("private, max-age={}", max_age.count());
    // What is not complete must not live on in caches as if it were the answer.
    if (is_complete(shown)) {
        out += ", stale-while-revalidate=60, stale-if-error=3600";
    }
    return out;
}

std::string cache_status(const Freshness& freshness, Supplied supplied, Instant now)
{
    const auto ttl = freshness.ttl(now);
    std::string out = "polyglance";
    if (supplied == Supplied::at_hand) {
        out += ttl ? "; hit" : "; fwd=uri-miss";
    } else {
        out += supplied == Supplied::first_drain ? "; fwd=uri-miss" : "; fwd=request";
        out += ttl ? "; stored" : "";
    }
    if (ttl) {
        out += fmt::format("; ttl={}", ttl->count());
        const bool mixed = freshness.from_memory && freshness.from_store;
        out += mixed ? "; detail=mixed" : freshness.from_store ? "; detail=redis" : "; detail=memory";
    }
    return out;
}

} // namespace

std::optional<seconds> Freshness::ttl(Instant now) const
{
    return expires ? std::optional(std::chrono::floor<seconds>(*expires - now)) : std::nullopt;
}

Freshness freshness_of(std::span<const ShownSource> shown)
{
    Freshness out;
    for (const auto& [source, state, reason, matched] : shown) {
        const auto& status = source->status;
        out.all_fresh = out.all_fresh && holds_for_its_ttl(state);
        if (served_snapshot(*source) == nullptr || state == SourceState::skipped) {
            continue;
        }
        (status.from_store ? out.from_store : out.from_memory) = true;
        if (status.fetched_at) {
            out.oldest = std::min(out.oldest.value_or(*status.fetched_at), *status.fetched_at);
        }
        if (status.expires_at) {
            out.expires = std::min(out.expires.value_or(*status.expires_at), *status.expires_at);
        }
    }
    return out;
}

bool is_complete(std::span<const ShownSource> shown)
{
    return std::none_of(shown.begin(), shown.end(), [](const ShownSource& source) {
        return source.state == SourceState::error || source.state == SourceState::pending ||
               source.state == SourceState::partial;
    });
}

std::string timing_head(std::span<const ShownSource> shown, Supplied supplied, Instant now)
{
    Response response;
    const auto freshness = freshness_of(shown);
    response.add("Cache-Control", cache_control(shown, freshness, now));
    if (freshness.oldest) {
        response.add("Age", std::to_string(age_of(freshness, now).count()));
    }
    response.add("Cache-Status", cache_status(freshness, supplied, now));
    return std::move(response.head);
}

std::string link_value(std::string_view target, std::string_view rel)
{
    return fmt::format("<{}>; rel=\"{}\"", target, rel);
}

seconds retry_after(std::span<const ShownSource> shown, Instant now)
{
    seconds out = longest_retry_after;
    for (const auto& source : shown) {
        if (source.state == SourceState::pending) {
            out = seconds{1};
        }
        const auto& fault = source.source->status.fault;
        if (fault && fault->next_try_at) {
            out = std::min(out, std::chrono::ceil<seconds>(*fault->next_try_at - now));
        }
    }
    return std::max(out, seconds{1});
}

} // namespace polyglance
