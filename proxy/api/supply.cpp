#include "proxy/api/supply.hpp"

namespace polyglance {
namespace {

struct Needs {
    std::vector<std::string> first; ///< nothing to show yet
    std::vector<std::string> newer; ///< older than the client accepts
};

/// Whatever the client says, data younger than `min_refresh` is new enough.
bool may_be_read_again(const CatalogSource& source, Instant now)
{
    return !source.status.fetched_at || now - *source.status.fetched_at >= source.info->min_refresh;
}

Needs needs_of(const Catalog& catalog, const std::vector<std::string>& sources, const CacheDirectives& directives,
               Instant now)
{
    Needs out;
    for (const auto& id : sources) {
        const auto* source = catalog.find(id);
        if (source == nullptr || source->status.disabled || is_resting(source->status, now)) {
            continue;
        }
        if (!source->snapshot) {
            out.first.push_back(id);
        } else if (directives.too_old(source->status, now) && may_be_read_again(*source, now)) {
            out.newer.push_back(id);
        }
    }
    return out;
}

} // namespace

bool is_resting(const SourceStatus& status, Instant now)
{
    return status.circuit == CircuitState::open ||
           (status.fault && status.fault->next_try_at && now < *status.fault->next_try_at);
}

asio::awaitable<Supplied> supply(ApiContext& context, std::vector<std::string> sources, CacheDirectives directives,
                                 Deadline deadline)
{
    const Instant now = context.clock.now();
    Needs needs = needs_of(*context.hub.current(), sources, directives, now);
    const bool need_newer = !needs.newer.empty();
    const bool need_first = !needs.first.empty();
    if (directives.only_if_cached) {
        co_return need_newer || need_first ? Supplied::not_cached : Supplied::at_hand;
    }
    context.refresh.touch(sources);
    if ((!need_newer && !need_first) || context.clock.steady_now() >= deadline) {
        co_return Supplied::at_hand;
    }
    if (need_newer) {
        // One wait for both kinds, so that neither uses up the other's time.
        needs.newer.insert(needs.newer.end(), needs.first.begin(), needs.first.end());
        const Instant not_before = directives.oldest_accepted(now);
        co_await context.refresh.refresh(std::move(needs.newer), not_before, deadline);
        co_return Supplied::refreshed;
    }
    co_await context.refresh.wait_for_first(std::move(needs.first), deadline);
    co_return Supplied::first_drain;
}

} // namespace polyglance
