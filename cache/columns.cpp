#include "cache/columns.hpp"

#include <limits>

#include "cache/make_columns.hpp"

namespace polyglance {
namespace {

template <class T>
bool fits(Code highest)
{
    return highest <= std::numeric_limits<T>::max();
}

} // namespace

Codes::Codes(std::span<const Code> codes, Code highest)
{
    if (highest == null_code) {
        return;
    }
    const auto pack = [&]<class T>(std::vector<T>& into) {
        into.reserve(codes.size());
        for (const Code code : codes) {
            into.push_back(static_cast<T>(code));
        }
    };
    if (fits<std::uint8_t>(highest)) {
        pack(packed_.emplace<1>());
    } else if (fits<std::uint16_t>(highest)) {
        pack(packed_.emplace<2>());
    } else {
        pack(packed_.emplace<3>());
    }
}

Code Codes::at(std::uint32_t row) const
{
    switch (packed_.index()) {
    case 1:
        return std::get<1>(packed_)[row];
    case 2:
        return std::get<2>(packed_)[row];
    case 3:
        return std::get<3>(packed_)[row];
    default:
        return null_code;
    }
}

std::size_t Codes::memory_bytes() const
{
    std::size_t bytes = 0;
    visit([&](auto codes) { bytes = codes.size_bytes(); });
    return bytes;
}

FieldView Column::view(std::uint32_t row) const
{
    const Code code = codes.at(row);
    return code == null_code ? FieldView() : dictionary->value(code);
}

std::span<const Code> TagLists::at(std::uint32_t row) const
{
    if (ends.empty()) {
        return {};
    }
    const auto start = row > 0 ? ends[row - 1] : 0;
    return std::span(codes).subspan(start, ends[row] - start);
}

std::size_t Column::memory_bytes() const
{
    return codes.memory_bytes() + dictionary->memory_bytes();
}

std::size_t TagLists::memory_bytes() const
{
    return ends.capacity() * sizeof ends[0] + codes.capacity() * sizeof codes[0] + known.capacity() / 8 +
           dictionary->memory_bytes();
}

const Column& Columns::column(Field field) const
{
    return columns_[static_cast<std::size_t>(field)].get([&] { return make_column(rows_, field); });
}

const TagLists& Columns::tags() const
{
    return tags_.get([&] { return make_tag_lists(rows_); });
}

void Columns::carry_over(const Columns& before, std::span<const std::uint32_t> origins)
{
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (const auto* const column = before.columns_[i].peek()) {
            columns_[i].get([&] { return update_column(*column, rows_, static_cast<Field>(i), origins); });
        }
    }
    if (const auto* const tags = before.tags_.peek()) {
        tags_.get([&] { return update_tag_lists(*tags, rows_, origins); });
    }
}

std::size_t Columns::memory_bytes() const
{
    std::size_t bytes = sizeof *this;
    for (const auto& each : columns_) {
        const auto* const column = each.peek();
        bytes += column != nullptr ? column->memory_bytes() : 0;
    }
    return bytes + (tags_.peek() != nullptr ? tags_.peek()->memory_bytes() : 0);
}

} // namespace polyglance
