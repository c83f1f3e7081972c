#include "cache/make_columns.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "cache/interner.hpp"

namespace polyglance {
namespace {

std::shared_ptr<const Dictionary> dictionary_of(const std::vector<std::string_view>& sorted)
{
    return std::make_shared<const Dictionary>(Dictionary::of_texts(sorted));
}

std::shared_ptr<const Dictionary> dictionary_of(std::vector<std::int64_t> sorted)
{
    return std::make_shared<const Dictionary>(Dictionary::of_numbers(std::move(sorted)));
}

/// The different values of a column, as they turned up, and where each stands among all of them.
template <class T>
class Values {
public:
    Code put(T value) { return interner_.intern(value); }

    /// Code by appearance -> code by value.
    std::vector<Code> ranks()
    {
        std::vector<Code> ranks(std::size_t{interner_.size()} + 1, null_code);
        sorted_.reserve(interner_.size());
        for (const Code code : sorted_codes(interner_.values())) {
            sorted_.push_back(interner_.value(code));
            ranks[code] = static_cast<Code>(sorted_.size());
        }
        return ranks;
    }
    /// After `ranks`.
    std::shared_ptr<const Dictionary> dictionary() { return dictionary_of(std::move(sorted_)); }

private:
    Interner<T> interner_;
    std::vector<T> sorted_;
};

template <class T>
Column make_column_of(const PackedRows& rows, Field field)
{
    Values<T> values;
    std::vector<Code> codes(rows.size(), null_code);
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        const auto value = rows.field(row, field);
        if (const auto* const content = std::get_if<T>(&value)) {
            codes[row] = values.put(*content);
        }
    }
    const auto ranks = values.ranks();
    for (auto& code : codes) {
        code = ranks[code];
    }
    return {.codes = Codes(codes, static_cast<Code>(ranks.size() - 1)), .dictionary = values.dictionary()};
}

/// Rows stand in the order of their ids, so each has its own code already.
Column make_native_ids(const PackedRows& rows)
{
    std::vector<std::string_view> ids(rows.size());
    std::vector<Code> codes(rows.size());
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        ids[row] = rows.rows[row].native_id();
        codes[row] = row + 1;
    }
    return {.codes = Codes(codes, rows.size()), .dictionary = dictionary_of(ids)};
}

/// A column is made anew when more than one row in so many is new ...
constexpr std::size_t few_new = 8;
/// ... or when its dictionary holds so many values per row: most of them are no row's any more.
constexpr std::size_t most_dead = 2;

/// The values of `before` and those of `fresh` that it lacks, sorted; `moved` says where the codes of `before` went.
template <class T>
std::vector<T> merge_values(const Dictionary& before, const Interner<T>& fresh, std::vector<Code>& moved)
{
    std::vector<T> out;
    out.reserve(before.size() + fresh.size());
    moved.assign(std::size_t{before.size()} + 1, null_code);
    const auto added = sorted_codes(fresh.values());
    auto next = added.begin();
    for (Code code = 1; code <= before.size(); ++code) {
        const T value = std::get<T>(before.value(code));
        for (; next != added.end() && fresh.value(*next) < value; ++next) {
            out.push_back(fresh.value(*next));
        }
        out.push_back(value);
        moved[code] = static_cast<Code>(out.size());
    }
    for (; next != added.end(); ++next) {
        out.push_back(fresh.value(*next));
    }
    return out;
}

template <class T>
Column update_column_of(const Column& before, const PackedRows& rows, Field field,
                        std::span<const std::uint32_t> origins)
{
    Interner<T> unknown;
    std::vector<FieldView> fresh; // of the new rows, in their order
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        if (origins[row] == Columns::new_row) {
            fresh.push_back(rows.field(row, field));
            const auto* const value = std::get_if<T>(&fresh.back());
            if (value != nullptr && before.dictionary->find(*value) == null_code) {
                unknown.intern(*value);
            }
        }
    }
    std::vector<Code> moved;
    auto dictionary = before.dictionary;
    if (unknown.size() > 0) {
        dictionary = dictionary_of(merge_values(*before.dictionary, unknown, moved));
    }
    std::vector<Code> codes(rows.size());
    auto next = fresh.begin();
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        if (origins[row] == Columns::new_row) {
            codes[row] = next->index() == 0 ? null_code : dictionary->find(*next);
            ++next;
        } else {
            const Code code = before.codes.at(origins[row]);
            codes[row] = moved.empty() ? code : moved[code];
        }
    }
    return {.codes = Codes(codes, dictionary->size()), .dictionary = std::move(dictionary)};
}

} // namespace

Column make_column(const PackedRows& rows, Field field)
{
    if (field == Field::native_id) {
        return make_native_ids(rows);
    }
    return holds_text(field) ? make_column_of<std::string_view>(rows, field)
                             : make_column_of<std::int64_t>(rows, field);
}

TagLists make_tag_lists(const PackedRows& rows)
{
    TagLists out;
    Values<std::string_view> values;
    ImageView image;
    bool any_known = false;
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        rows.unpack(row, image);
        for (const auto tag : image.tags) {
            out.codes.push_back(values.put(tag));
        }
        out.ends.push_back(static_cast<std::uint32_t>(out.codes.size()));
        out.known.push_back(image.has_tags);
        any_known = any_known || image.has_tags;
    }
    const auto ranks = values.ranks();
    for (auto& code : out.codes) {
        code = ranks[code];
    }
    if (!any_known) {
        out.ends = {};
        out.known = {};
    }
    out.dictionary = values.dictionary();
    return out;
}

Column update_column(const Column& before, const PackedRows& rows, Field field, std::span<const std::uint32_t> origins)
{
    const auto fresh = static_cast<std::size_t>(std::ranges::count(origins, Columns::new_row));
    const bool mostly_the_same = fresh <= rows.size() / few_new && before.dictionary->size() <= most_dead * rows.size();
    if (!mostly_the_same) {
        return make_column(rows, field);
    }
    return holds_text(field) ? update_column_of<std::string_view>(before, rows, field, origins)
                             : update_column_of<std::int64_t>(before, rows, field, origins);
}

TagLists update_tag_lists(const TagLists& before, const PackedRows& rows, std::span<const std::uint32_t> origins)
{
    if (before.known.empty() || std::ranges::find(origins, Columns::new_row) != origins.end()) {
        return make_tag_lists(rows);
    }
    TagLists out;
    for (const auto origin : origins) {
        const auto tags = before.at(origin);
        out.codes.insert(out.codes.end(), tags.begin(), tags.end());
        out.ends.push_back(static_cast<std::uint32_t>(out.codes.size()));
        out.known.push_back(before.known[origin]);
    }
    out.dictionary = before.dictionary;
    return out;
}

} // namespace polyglance
