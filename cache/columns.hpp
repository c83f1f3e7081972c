#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "cache/dictionary.hpp"
#include "cache/fields.hpp"

namespace polyglance {

/// One code per row, as narrow as the highest one allows. No storage at all when every row is null.
class Codes {
public:
    Codes() = default;
    Codes(std::span<const Code> codes, Code highest);

    Code at(std::uint32_t row) const;
    /// Calls `f` with a span of std::uint8_t, 16_t or 32_t; not at all when every row is null.
    template <class F>
    void visit(F&& f) const
    {
        switch (packed_.index()) {
        case 1:
            f(std::span(std::get<1>(packed_)));
            break;
        case 2:
            f(std::span(std::get<2>(packed_)));
            break;
        case 3:
            f(std::span(std::get<3>(packed_)));
            break;
        default:
            break;
        }
    }
    std::size_t memory_bytes() const;

private:
    std::variant<std::monostate, std::vector<std::uint8_t>, std::vector<std::uint16_t>, std::vector<std::uint32_t>>
        packed_;
};

/// One field of all rows. The dictionary may hold values that no row has (any more).
struct Column {
    Codes codes;
    std::shared_ptr<const Dictionary> dictionary;

    FieldView view(std::uint32_t row) const;
};

/// The tags of all rows, end to end.
struct TagLists {
    std::vector<std::uint32_t> ends; ///< one per row; empty when no source could tell any tags
    std::vector<Code> codes;
    std::vector<bool> known; ///< per row: the source can tell (also when it says: none)
    std::shared_ptr<const Dictionary> dictionary;

    bool known_at(std::uint32_t row) const { return !known.empty() && known[row]; }
    std::span<const Code> at(std::uint32_t row) const;
};

/// True for the fields that are the same in all rows of a source or made of its id: they have no column.
constexpr bool is_source_field(Field field)
{
    return field == Field::uid || field == Field::provider || field == Field::source || field == Field::region;
}

/// All fields of one snapshot, column by column; rows in uid order. Immutable.
class Columns {
public:
    std::uint32_t rows() const { return rows_; }
    /// Not for source fields and tags.
    const Column& column(Field field) const { return columns_[static_cast<std::size_t>(field)]; }
    const TagLists& tags() const { return tags_; }
    std::string_view native_id(std::uint32_t row) const;

    /// The same with these rows only (ascending). Dictionaries are shared, not copied.
    Columns select(std::span<const std::uint32_t> rows) const;
    std::size_t memory_bytes() const;

private:
    friend class ColumnsBuilder;

    std::uint32_t rows_ = 0;
    std::array<Column, static_cast<std::size_t>(Field::count_)> columns_;
    TagLists tags_;
};

} // namespace polyglance
