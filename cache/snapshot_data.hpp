#pragma once

#include <string>

#include "cache/columns.hpp"
#include "cache/packed_rows.hpp"
#include "cache/row_order.hpp"
#include "cache/snapshot.hpp"

namespace polyglance {

/// What a snapshot is made of.
struct Snapshot::Data {
    Data(SourceIdentity whose, PackedRows what);

    SourceIdentity identity;
    PackedRows rows;
    Columns columns{rows};
    std::string content_hash;
    mutable OrderCache orders;
};

} // namespace polyglance
