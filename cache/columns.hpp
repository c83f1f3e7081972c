#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <variant>
#include <vector>

#include "cache/dictionary.hpp"
#include "cache/fields.hpp"
#include "cache/packed_rows.hpp"

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
    std::size_t memory_bytes() const;
};

/// The tags of all rows, end to end.
struct TagLists {
    std::vector<std::uint32_t> ends; ///< one per row; empty when no source could tell any tags
    std::vector<Code> codes;
    std::vector<bool> known; ///< per row: the source can tell (also when it says: none)
    std::shared_ptr<const Dictionary> dictionary;

    bool known_at(std::uint32_t row) const { return !known.empty() && known[row]; }
    std::span<const Code> at(std::uint32_t row) const;
    std::size_t memory_bytes() const;
};

/// The fields of one snapshot, column by column; rows in uid order. A column is made when it is first asked for, from
/// the packed rows: a few fields are filtered and sorted by, most never are. Any thread.
class Columns {
public:
    /// `rows` outlives this.
    explicit Columns(const PackedRows& rows) : rows_(rows) {}
    Columns(const Columns&) = delete;
    Columns& operator=(const Columns&) = delete;

    /// Makes the columns that `before` has, which costs less than from the rows. `origins`: for each row the row of
    /// `before` that it was, or `new_row`.
    void carry_over(const Columns& before, std::span<const std::uint32_t> origins);
    static constexpr std::uint32_t new_row = 0xffffffff;

    std::uint32_t rows() const { return rows_.size(); }
    /// Not for source fields and tags.
    const Column& column(Field field) const;
    const TagLists& tags() const;
    /// Whether the column, or the tags, are there already.
    bool has(Field field) const
    {
        return field == Field::tag ? tags_.peek() != nullptr
                                   : columns_[static_cast<std::size_t>(field)].peek() != nullptr;
    }
    std::string_view native_id(std::uint32_t row) const { return rows_.rows[row].native_id(); }
    std::size_t memory_bytes() const;

private:
    /// Something that is made once, by whoever asks first.
    template <class T>
    class Lazy {
    public:
        template <class Make>
        const T& get(Make make) const
        {
            std::call_once(once_, [&] {
                owner_ = std::make_unique<const T>(make());
                made_.store(owner_.get(), std::memory_order_release);
            });
            return *owner_;
        }
        const T* peek() const { return made_.load(std::memory_order_acquire); } ///< null: not made yet

    private:
        mutable std::once_flag once_;
        mutable std::unique_ptr<const T> owner_;
        mutable std::atomic<const T*> made_{nullptr};
    };

    const PackedRows& rows_;
    std::array<Lazy<Column>, static_cast<std::size_t>(Field::count_)> columns_;
    Lazy<TagLists> tags_;
};

} // namespace polyglance
