#pragma once

#include <span>
#include <string>
#include <vector>

#include "cache/conditions.hpp"
#include "cache/query.hpp"
#include "cache/row_set.hpp"
#include "cache/snapshot.hpp"

namespace polyglance {

/// The fields that a word is looked for in.
std::span<const Field> searched_fields();

/// Filters and words made ready for one snapshot: each value is looked up once, then rows are tested by comparing
/// codes. Keeps references to the snapshot.
class Matcher {
public:
    explicit Matcher(const Snapshot& snapshot)
        : columns_(snapshot.columns()), uid_head_(snapshot.identity().source + "~")
    {
    }
    /// Not for provider, source and region.
    void add_filter(const Filter& filter);
    void add_word(const std::string& word);
    RowSet rows() const; ///< for which all of them hold

private:
    void add_column_filter(const Column& column, const Filter& filter);
    void add_tag_filter(const Filter& filter);
    void add_uid_filter(const Filter& filter);
    void add_uid_list(const Filter& filter);
    void add_uid_range(const Filter& filter);
    void add_uid_text(const Filter& filter);
    void add_range(const Column& column, Code first, Code behind);
    void add_marks(const Column& column, CodeMarks marks);

    const Columns& columns_;
    std::string uid_head_; // what the uid of every row begins with
    bool never_ = false;
    std::vector<Condition> conditions_;
};

} // namespace polyglance
