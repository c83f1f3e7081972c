#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cache/query.hpp"
#include "cache/snapshot.hpp"
#include "model/source_state.hpp"

namespace polyglance {

/// A place in a sorted walk: the sort values and uid of the last image shown. It needs no image to still exist.
struct Position {
    std::vector<FieldValue> values; ///< one per key of the normalized sort spec
    std::string uid;
    bool operator==(const Position&) const = default;
};

/// One source in a query. `snapshot` may be null (nothing to read). `info` outlives the call.
struct QuerySource {
    const Snapshot* snapshot = nullptr;
    const SourceInfo* info = nullptr;
};

struct RowRef {
    std::uint32_t source; ///< index into the span given to `run`
    std::uint32_t row;
};

struct QueryResult {
    std::vector<RowRef> rows;         ///< at most `limit`
    std::optional<Position> next;     ///< where to go on; empty at the end of the list
    std::vector<std::size_t> matched; ///< per source: all images that match, whatever page; empty vector if not counted
    std::vector<bool> satisfiable;    ///< per source: false when no image of it can ever match (skipped)
};

/// Answers `query` over the sources: a k-way merge of their own sorted orders, from `after` on. Touches only what it
/// needs; nothing global is built. `next` is given only when at least one more image matches behind the page; with
/// `limit` 0 there are no rows and no `next`. Throws nothing on any input that `parse_filter` and `parse_sort` can
/// produce.
QueryResult run_query(std::span<const QuerySource> sources, const Query& query, const std::optional<Position>& after,
                      std::size_t limit, bool count);

/// From how many rows columns would have to be made before the query can run, each column counted: where it is the
/// first to ask for its fields it takes longer, up to 5 us a row.
std::size_t rows_to_index(std::span<const QuerySource> sources, const Query& query);

/// Filtered fields that this source does not provide, each once, for the warnings of an answer. `null` filters are
/// exact for every source and not counted.
std::vector<Field> fields_not_provided(const SourceInfo& info, const Query& query);

} // namespace polyglance
