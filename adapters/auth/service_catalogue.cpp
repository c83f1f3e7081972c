#include "adapters/auth/service_catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace polyglance {
namespace {

using Entry = ServiceCatalogue::Entry;

std::string what(std::string_view type, std::string_view region, std::string_view interface)
{
    return region.empty() ? fmt::format("service type '{}', interface '{}'", type, interface)
                          : fmt::format("service type '{}', region '{}', interface '{}'", type, region, interface);
}

std::vector<const Entry*> matching(const std::vector<Entry>& entries, std::string_view type, std::string_view region,
                                   std::string_view interface)
{
    std::vector<const Entry*> out;
    for (const Entry& entry : entries) {
        const bool right_region = region.empty() || entry.region_id == region || entry.region == region;
        if (entry.type == type && entry.interface == interface && right_region) {
            out.push_back(&entry);
        }
    }
    return out;
}

} // namespace

Result<Endpoint> ServiceCatalogue::find(std::string_view type, std::string_view region,
                                        std::string_view interface) const
{
    auto found = matching(entries, type, region, interface);
    if (found.empty() && type == "compute") {
        found = matching(entries, "compute_legacy", region, interface);
    }
    if (found.empty()) {
        return failure(ErrorClass::config,
                       fmt::format("the identity service's catalogue has no {}", what(type, region, interface)));
    }
    if (!std::ranges::all_of(found, [&](const Entry* entry) { return entry->url == found.front()->url; })) {
        return failure(ErrorClass::config,
                       fmt::format("the identity service's catalogue has more than one {}; {}",
                                   what(type, region, interface), region.empty() ? "name a region" : "set endpoint"));
    }
    std::string wrong;
    auto endpoint = parse_endpoint(found.front()->url, wrong);
    if (!endpoint) {
        return failure(ErrorClass::config,
                       fmt::format("the catalogue's address for {} is no usable URL", what(type, region, interface)));
    }
    return std::move(*endpoint);
}

} // namespace polyglance
