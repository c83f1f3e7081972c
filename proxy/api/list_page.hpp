#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/catalog.hpp"
#include "cache/cursor.hpp"
#include "proxy/api/list_request.hpp"
#include "proxy/api/page_cache.hpp"
#include "proxy/api/source_status.hpp"

namespace polyglance {

/// A page about to be made: the question, where the walk stands, and the catalogue it is answered from.
struct PagePlan {
    ListRequest request;
    std::shared_ptr<const Caller> caller;
    std::optional<Position> after;
    std::string question; ///< raw hash that the next cursor carries
    std::shared_ptr<const Catalog> catalog;
    bool generation_changed = false; ///< the walk began in a generation that is gone
};

/// The selected sources at `now`, in configuration order. Those that the filter can never match are skipped.
std::vector<ShownSource> show_sources(const PagePlan& plan, Instant now);

/// Everything the page depends on: two plans with equal keys have equal pages.
std::string page_key(const PagePlan& plan, const std::vector<ShownSource>& shown);

/// True when the page needs columns of many rows that nobody has asked for yet: making it takes up to half a second per
/// 100,000 images.
bool takes_long(const PagePlan& plan, const std::vector<ShownSource>& shown);

/// Runs the query and writes the page.
std::shared_ptr<const ReadyPage> make_page(const PagePlan& plan, std::vector<ShownSource> shown,
                                           const CursorCodec& cursors);

} // namespace polyglance
