#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cache/dictionary.hpp"
#include "cache/engine.hpp"
#include "cache/row_set.hpp"

namespace polyglance {

/// Where two images stand to each other in the order of `spec` (normalized): by their values, then by uid.
std::strong_ordering compare_places(const std::vector<FieldView>& values_a, std::string_view uid_a,
                                    const std::vector<FieldView>& values_b, std::string_view uid_b,
                                    const SortSpec& spec);

/// One source's part of a query: its matching rows in the order of `spec` (normalized), from a position on.
/// Refers to all its arguments.
class SourceWalk {
public:
    SourceWalk(const QuerySource& source, std::uint32_t index, const Query& query, const SortSpec& spec);

    /// All matching rows, wherever the walk stands.
    std::size_t count() const;
    /// Stands on the first match behind `after`, or the very first, to go no further than `limit` matches and one more.
    /// False when there is none. Call once.
    bool start(const std::optional<Position>& after, std::size_t limit);
    /// Steps to the next match. False when there is none.
    bool advance();

    RowRef row() const { return {index_, rows_[at_]}; }
    /// Where the walk stands. Many walks are never asked: a single source needs no comparing.
    const std::vector<FieldView>& values() const;
    const std::string& uid() const;

private:
    bool settle(); // on the first match at or behind at_
    void pick_first(std::size_t most);
    bool is_behind(std::uint32_t row, const Position& position) const;
    void read_place() const;
    FieldView value(std::uint32_t row, Field field) const;

    const QuerySource& source_;
    std::uint32_t index_;
    const SortSpec& spec_;
    std::shared_ptr<const RowSet> matches_; // null: every row
    std::shared_ptr<const std::vector<std::uint32_t>> order_;
    std::vector<std::uint32_t> picked_;
    std::span<const std::uint32_t> rows_; // to go over: those of the order, or the picked ones
    std::size_t at_ = 0;
    mutable bool place_is_read_ = false; // of the row at at_
    mutable std::vector<FieldView> values_;
    mutable std::string uid_;
};

} // namespace polyglance
