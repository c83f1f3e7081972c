#include "cache/matching_rows.hpp"

#include <span>

#include "cache/columns.hpp"
#include "cache/matcher.hpp"
#include "cache/source_rules.hpp"
#include "cache/varint.hpp"

namespace polyglance {
namespace {

// Names by which the sets are kept: the same for the same question, different for different ones.

void append_name(std::string& out, std::string_view text)
{
    append_varint(out, text.size());
    out += text;
}

std::string name_of(const Filter& filter)
{
    std::string out{'f', static_cast<char>(filter.field), static_cast<char>(filter.op)};
    append_varint(out, filter.values.size());
    for (const auto& value : filter.values) {
        out += static_cast<char>(value.index());
        if (const auto* const number = std::get_if<std::int64_t>(&value)) {
            append_varint(out, static_cast<std::uint64_t>(*number));
        } else {
            append_name(out, value.index() == 0 ? std::string_view() : std::get<std::string>(value));
        }
    }
    return out;
}

std::string name_of(const std::string& word)
{
    std::string out = "w";
    append_name(out, word);
    return out;
}

/// A part of a query: what it is called, and how to find its rows.
struct Part {
    std::string name;
    const Filter* filter;
    const std::string* word;
};

std::vector<Part> parts_of(const SourceInfo& info, const Query& query)
{
    std::vector<Part> out;
    for (const auto& filter : query.filters) {
        const bool decided = is_source_field(filter.field) && filter.field != Field::uid;
        if (!decided && !is_ignored(info, filter, query.unknown)) {
            out.push_back({.name = name_of(filter), .filter = &filter, .word = nullptr});
        }
    }
    for (const auto& word : query.words) {
        out.push_back({.name = name_of(word), .filter = nullptr, .word = &word});
    }
    return out;
}

std::shared_ptr<const RowSet> rows_of(const Snapshot& snapshot, const Part& part)
{
    return snapshot.matches(part.name, [&] {
        Matcher matcher(snapshot);
        part.filter != nullptr ? matcher.add_filter(*part.filter) : matcher.add_word(*part.word);
        return matcher.rows();
    });
}

} // namespace

std::shared_ptr<const RowSet> matching_rows(const Snapshot& snapshot, const SourceInfo& info, const Query& query)
{
    const auto parts = parts_of(info, query);
    if (parts.empty()) {
        return nullptr;
    }
    if (parts.size() == 1) {
        return rows_of(snapshot, parts.front());
    }
    std::string name;
    for (const auto& part : parts) {
        name += part.name;
    }
    return snapshot.matches(name, [&] {
        RowSet both = *rows_of(snapshot, parts.front());
        for (const auto& part : std::span(parts).subspan(1)) {
            both.keep_both(*rows_of(snapshot, part));
        }
        return both;
    });
}

} // namespace polyglance
