#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/dictionary.hpp"
#include "cache/engine.hpp"
#include "cache/row_set.hpp"

namespace polyglance {

/// One source's part of a query: its matching rows in the order of `spec` (normalized), from a position on.
/// Refers to all its arguments.
class SourceWalk {
public:
    SourceWalk(const QuerySource& source, std::uint32_t index, const Query& query, const SortSpec& spec);

    /// All matching rows, wherever the walk stands.
    std::size_t count() const;
    /// Stands on the first match behind `after`, or the very first. False when there is none. Call once.
    bool start(const std::optional<Position>& after);
    /// Steps to the next match. False when there is none.
    bool advance();

    RowRef row() const { return {index_, (*order_)[at_]}; }
    /// Where the walk stands. Each is read only when asked for: a single source needs no comparing, and few values tie.
    const std::vector<FieldView>& values() const;
    const std::string& uid() const;
    /// True when this stands behind `other`, a walk of the same query.
    bool is_behind(const SourceWalk& other) const;

private:
    bool settle(); // on the first match at or behind at_
    void put_in_order();
    bool is_behind(std::uint32_t row, const Position& position) const;
    FieldView value(std::uint32_t row, Field field) const;

    const QuerySource& source_;
    std::uint32_t index_;
    const SortSpec& spec_;
    std::shared_ptr<const RowSet> matches_; // null: every row
    std::shared_ptr<const std::vector<std::uint32_t>> order_;
    std::optional<RowSet> places_;         // of the matches in the order, once they were looked up
    std::uint32_t at_ = 0;                 // place in the order
    std::size_t passed_ = 0;               // places that were no match
    mutable bool values_are_read_ = false; // of the row at at_
    mutable bool uid_is_read_ = false;
    mutable std::vector<FieldView> values_;
    mutable std::string uid_;
};

} // namespace polyglance
