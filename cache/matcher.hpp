#pragma once

#include <cstdint>
#include <vector>

#include "cache/conditions.hpp"
#include "cache/query.hpp"
#include "cache/snapshot.hpp"
#include "model/source_state.hpp"

namespace polyglance {

/// A query made ready for one snapshot: each value looked up once, so that rows are tested by comparing codes.
/// Keeps references to the snapshot.
class Matcher {
public:
    Matcher(const Snapshot& snapshot, const SourceInfo& info, const Query& query);

    bool never() const { return never_; }                          ///< no row matches
    bool always() const { return !never_ && conditions_.empty(); } ///< every row matches
    bool matches(std::uint32_t row) const;
    /// All rows tested at once, column by column.
    RowMarks all() const;

private:
    void add_filter(const Filter& filter);
    void add_column_filter(const Column& column, const Filter& filter);
    void add_tag_filter(const Filter& filter);
    void add_uid_filter(const Filter& filter);
    void add_uid_list(const Filter& filter);
    void add_uid_range(const Filter& filter);
    void add_uid_text(const Filter& filter);
    void add_word(const std::string& word);
    void add_range(const Column& column, Code first, Code behind);
    void add_marks(const Column& column, CodeMarks marks);

    const Columns& columns_;
    std::string uid_head_; // what the uid of every row begins with
    bool never_ = false;
    std::vector<Condition> conditions_;
};

} // namespace polyglance
