#pragma once

#include <memory>

#include "cache/query.hpp"
#include "cache/row_set.hpp"
#include "cache/snapshot.hpp"
#include "model/source_state.hpp"

namespace polyglance {

/// The rows of the snapshot that match the query; null when all do. The query must be satisfiable for the source. Each
/// filter looks its values up once and then compares codes, a whole column at a time; what was asked before is kept.
std::shared_ptr<const RowSet> matching_rows(const Snapshot& snapshot, const SourceInfo& info, const Query& query);

} // namespace polyglance
