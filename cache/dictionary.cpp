#include "cache/dictionary.hpp"

#include <algorithm>

namespace polyglance {
namespace {

using End = std::vector<std::uint64_t>::const_iterator;

/// Like std::upper_bound, for an answer that is often near `from`.
End first_above(End from, End to, std::uint64_t value)
{
    std::ptrdiff_t step = 1;
    while (step < to - from && from[step] <= value) {
        from += step;
        step *= 2;
    }
    return std::upper_bound(from, from + std::min(step + 1, to - from), value);
}

} // namespace

FieldValue to_value(const FieldView& view)
{
    if (const auto* text = std::get_if<std::string_view>(&view)) {
        return std::string(*text);
    }
    const auto* number = std::get_if<std::int64_t>(&view);
    return number != nullptr ? FieldValue(*number) : FieldValue();
}

FieldView to_view(const FieldValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value)) {
        return std::string_view(*text);
    }
    const auto* number = std::get_if<std::int64_t>(&value);
    return number != nullptr ? FieldView(*number) : FieldView();
}

void Dictionary::Texts::add(std::string_view text)
{
    arena += text;
    ends.push_back(arena.size());
}

std::string_view Dictionary::Texts::at(Code code) const
{
    const auto start = code > 1 ? ends[code - 2] : 0;
    return std::string_view(arena).substr(start, ends[code - 1] - start);
}

std::size_t Dictionary::Texts::memory_bytes() const
{
    return arena.capacity() + ends.capacity() * sizeof ends[0];
}

Dictionary Dictionary::of_texts(const std::vector<std::string_view>& sorted)
{
    Dictionary out;
    out.is_text_ = true;
    out.size_ = static_cast<Code>(sorted.size());
    std::size_t bytes = 0;
    for (const auto text : sorted) {
        bytes += text.size();
    }
    out.texts_.arena.reserve(bytes);
    out.texts_.ends.reserve(sorted.size());
    out.folded_.ends.reserve(sorted.size());
    for (const auto text : sorted) {
        out.texts_.add(text);
        out.folded_.add(fold_case(text));
    }
    if (out.folded_.arena == out.texts_.arena) {
        out.folded_ = {};
    }
    out.folded_.arena.shrink_to_fit();
    out.byte_counts_ = ByteCounts(out.folded_texts().arena);
    return out;
}

Dictionary Dictionary::of_numbers(std::vector<std::int64_t> sorted)
{
    Dictionary out;
    out.size_ = static_cast<Code>(sorted.size());
    out.numbers_ = std::move(sorted);
    out.numbers_.shrink_to_fit();
    return out;
}

FieldView Dictionary::value(Code code) const
{
    return is_text_ ? FieldView(text(code)) : FieldView(numbers_[code - 1]);
}

Code Dictionary::lower_bound(const FieldView& wanted) const
{
    Code low = 1;
    for (Code left = size_; left > 0;) {
        const Code half = left / 2;
        if (value(low + half) < wanted) {
            low += half + 1;
            left -= half + 1;
        } else {
            left = half;
        }
    }
    return low;
}

Code Dictionary::find(const FieldView& wanted) const
{
    const Code at = lower_bound(wanted);
    return at <= size_ && value(at) == wanted ? at : null_code;
}

void Dictionary::mark_containing(std::string_view folded, CodeMarks& marks) const
{
    if (folded.empty()) {
        std::fill(marks.begin() + 1, marks.end(), 1);
        return;
    }
    // One search over all strings at once; a hit may also lie across two of them, which is none.
    const Texts& texts = folded_texts();
    const PieceFinder finder(texts.arena, byte_counts_, folded);
    auto string = texts.ends.begin();
    for (auto hit = finder.find(0); hit != PieceFinder::npos;) {
        string = first_above(string, texts.ends.end(), hit);
        const bool inside = hit + folded.size() <= *string;
        if (inside) {
            marks[static_cast<std::size_t>(string - texts.ends.begin()) + 1] = 1;
        }
        hit = finder.find(inside ? *string : hit + 1);
    }
}

void Dictionary::mark_starting(std::string_view folded, CodeMarks& marks) const
{
    const Texts& texts = folded_texts();
    for (Code code = 1; code <= texts.ends.size(); ++code) {
        if (texts.at(code).starts_with(folded)) {
            marks[code] = 1;
        }
    }
}

std::size_t Dictionary::memory_bytes() const
{
    return texts_.memory_bytes() + folded_.memory_bytes() + sizeof byte_counts_ +
           numbers_.capacity() * sizeof(std::int64_t);
}

} // namespace polyglance
