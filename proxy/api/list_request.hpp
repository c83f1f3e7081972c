#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/query.hpp"
#include "cache/record.hpp"
#include "model/source_state.hpp"
#include "proxy/api/settings.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {

/// What a list does about sources that are missing or stale.
enum class OnPartial : std::uint8_t {
    allow, ///< both are fine
    fresh, ///< stale counts as failed
    fail,  ///< any failed source fails the call
};

/// Which sources a list is about. An empty member = all.
struct Selection {
    std::optional<std::vector<std::string>> sources, providers, regions;

    bool picks(const SourceInfo& info) const;
};

/// The parameters of a unified list (unified API 2), checked.
struct ListRequest {
    Query query;
    Selection selection;
    Projection projection;
    std::size_t limit = 0;
    std::string page_token; ///< "" = the first page
    OnPartial on_partial = OnPartial::allow;
    std::chrono::milliseconds wait{};
    bool count = true;
    /// The question without `limit` and `page_token`, encoded, the same for every order of the parameters: what a
    /// cursor belongs to, what a page is kept under, what links repeat.
    std::string canonical;
    std::string prefix; ///< what links start with: the path that a trusted proxy cut off

    /// "/v1/images?..." for that page of this question.
    std::string link(std::string_view page_token_or_empty) const;
};

/// Reads the query string of /v1/images. The problem holds every fault of it. `source_ids`: those that exist.
std::expected<ListRequest, Problem> parse_list_request(std::string_view raw_query, const ApiSettings& settings,
                                                       const std::vector<std::string_view>& source_ids);

} // namespace polyglance
