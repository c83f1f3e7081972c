#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/engine.hpp"
#include "cache/matcher.hpp"
#include "cache/row_order.hpp"

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
    std::size_t count();
    /// Stands on the first match behind `after`, or the very first. False when there is none. Call once.
    bool start(const std::optional<Position>& after);
    /// Steps to the next match. False when there is none.
    bool advance();

    RowRef row() const { return {index_, (*order_)[at_]}; }
    const std::vector<FieldView>& values() const { return values_; }
    const std::string& uid() const { return uid_; }

private:
    bool settle(); // on the first match at or behind at_
    bool matches(std::uint32_t row) const;
    void test_all();
    void use_few();
    void read_place(std::uint32_t row);
    FieldView value(std::uint32_t row, Field field) const;

    const QuerySource& source_;
    std::uint32_t index_;
    const SortSpec& spec_;
    Matcher matcher_;
    std::optional<RowMarks> marks_; // once all rows are tested
    std::size_t matched_ = 0;       // how many, then
    std::size_t tested_ = 0;        // one by one
    std::shared_ptr<const RowOrder> order_;
    std::size_t at_ = 0;
    std::vector<FieldView> values_; // of the row at at_
    std::string uid_;
};

} // namespace polyglance
