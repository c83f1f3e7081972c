#pragma once

#include <string>

#include "cache/columns.hpp"
#include "cache/packed_rows.hpp"
#include "cache/recent.hpp"
#include "cache/row_order.hpp"
#include "cache/row_set.hpp"
#include "cache/snapshot.hpp"

namespace polyglance {

/// What a snapshot is made of.
struct Snapshot::Data {
    Data(SourceIdentity whose, PackedRows what);

    SourceIdentity identity;
    PackedRows rows;
    Columns columns{rows};
    std::string content_hash;
    mutable Recent<RowOrder> orders{16};
    mutable Recent<RowOrder> ranks{16};
    mutable Recent<RowSet> matches{64};
};

} // namespace polyglance
