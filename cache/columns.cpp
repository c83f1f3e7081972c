#include "cache/columns.hpp"

#include <limits>

namespace polyglance {
namespace {

template <class T>
bool fits(Code highest)
{
    return highest <= std::numeric_limits<T>::max();
}

TagLists select_tags(const TagLists& tags, std::span<const std::uint32_t> rows)
{
    TagLists out;
    out.dictionary = tags.dictionary;
    if (tags.known.empty()) {
        return out;
    }
    for (const auto row : rows) {
        const auto list = tags.at(row);
        out.codes.insert(out.codes.end(), list.begin(), list.end());
        out.ends.push_back(static_cast<std::uint32_t>(out.codes.size()));
        out.known.push_back(tags.known[row]);
    }
    return out;
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

std::string_view Columns::native_id(std::uint32_t row) const
{
    const Column& ids = column(Field::native_id);
    return ids.dictionary->text(ids.codes.at(row));
}

Columns Columns::select(std::span<const std::uint32_t> rows) const
{
    Columns out;
    out.rows_ = static_cast<std::uint32_t>(rows.size());
    std::vector<Code> kept(rows.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const Column& from = columns_[i];
        out.columns_[i].dictionary = from.dictionary;
        from.codes.visit([&](auto codes) {
            for (std::size_t k = 0; k < rows.size(); ++k) {
                kept[k] = codes[rows[k]];
            }
            out.columns_[i].codes = Codes(kept, from.dictionary->size());
        });
    }
    out.tags_ = select_tags(tags_, rows);
    return out;
}

std::size_t Columns::memory_bytes() const
{
    std::size_t bytes = sizeof *this;
    for (const Column& each : columns_) {
        bytes += each.codes.memory_bytes() + (each.dictionary ? each.dictionary->memory_bytes() : 0);
    }
    bytes +=
        tags_.codes.capacity() * sizeof(Code) + tags_.ends.capacity() * sizeof tags_.ends[0] + tags_.known.size() / 8;
    return bytes + (tags_.dictionary ? tags_.dictionary->memory_bytes() : 0);
}

} // namespace polyglance
