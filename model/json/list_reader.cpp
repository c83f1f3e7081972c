#include "model/json/list_reader.hpp"

#include <algorithm>
#include <utility>

namespace polyglance::json {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view literal_ends = ",]} \t\r\n";
constexpr std::string_view not_json = "the listing is not valid JSON";

} // namespace

ListReader::ListReader(std::vector<std::string_view> list_members, OnRow on_row, IsKnown is_known)
    : ListReader(std::move(list_members), std::move(on_row), std::move(is_known), Limits{})
{
}

ListReader::ListReader(std::vector<std::string_view> list_members, OnRow on_row, IsKnown is_known, Limits limits)
    : list_members_(std::move(list_members)), on_row_(std::move(on_row)), is_known_(std::move(is_known)),
      limits_(limits), row_(limits.row_values), rest_(limits.row_values)
{
}

void ListReader::fail(std::string_view why)
{
    failure_ = why;
}

Result<void> ListReader::feed(std::string_view slice)
{
    while (!slice.empty() && failure_.empty()) {
        std::size_t used = 0;
        switch (place_) {
        case Place::beside:
            used = read_beside(slice);
            break;
        case Place::first_row:
        case Place::row:
        case Place::behind_row:
            used = read_between(slice);
            break;
        case Place::in_container:
        case Place::in_string:
        case Place::in_literal:
        case Place::in_only_row:
            used = read_row(slice);
            break;
        }
        slice.remove_prefix(used);
    }
    return failure_.empty() ? Result<void>{} : failure(ErrorClass::upstream_protocol, failure_);
}

Result<void> ListReader::finish()
{
    if (failure_.empty() && (place_ != Place::beside || !rest_.read(rest_text_))) {
        const bool whole = place_ == Place::beside && depth_ == 0 && !in_text_;
        fail(whole ? not_json : "the listing is not complete JSON");
    }
    if (failure_.empty() && !list_found_) {
        fail("the answer holds no list of images");
    }
    return failure_.empty() ? Result<void>{} : failure(ErrorClass::upstream_protocol, failure_);
}

std::size_t ListReader::read_beside(std::string_view bytes)
{
    std::size_t used = 0;
    while (used < bytes.size()) {
        const char c = bytes[used];
        if (!in_text_ && enter_list(c)) {
            rest_text_ += "null";
            return c == '[' ? used + 1 : used;
        }
        if (rest_text_.size() >= limits_.rest_bytes) {
            fail(depth_ == 0 ? not_json : "the members beside the list are too large");
            return used;
        }
        rest_text_ += c;
        ++used;
        if (!follow(c)) {
            fail(not_json);
            return used;
        }
    }
    return used;
}

/// True when the list begins with `first`: then the place is inside of it.
bool ListReader::enter_list(char first)
{
    if (list_found_ || (first != '[' && first != '{')) {
        return false;
    }
    const bool bare = depth_ == 0 && first == '[';
    const bool named =
        depth_ == 1 && is_value_ && names_the_list(std::string_view(rest_text_).substr(text_at_, text_end_ - text_at_));
    if (!bare && !named) {
        return false;
    }
    list_found_ = true;
    is_value_ = false;
    if (first == '[') {
        place_ = Place::first_row;
    } else {
        place_ = Place::in_only_row;
        brackets_.begin();
    }
    return true;
}

/// Keeps track of strings, depth and top-level names. False when no JSON can go on like this.
bool ListReader::follow(char c)
{
    if (in_text_) {
        const bool ends = c == '"' && !escaped_;
        escaped_ = c == '\\' && !escaped_;
        if (ends) {
            in_text_ = false;
            text_end_ = rest_text_.size();
        }
        return true;
    }
    switch (c) {
    case '"':
        in_text_ = true;
        text_at_ = rest_text_.size() - 1;
        is_value_ = false;
        return true;
    case ':':
        is_value_ = depth_ == 1;
        return true;
    case '{':
    case '[':
        ++depth_;
        is_value_ = false;
        return true;
    case '}':
    case ']':
        return depth_ > 0 && depth_-- > 0;
    default:
        is_value_ = is_value_ && blanks.find(c) != std::string_view::npos;
        return true;
    }
}

bool ListReader::names_the_list(std::string_view quoted)
{
    if (!rest_.read(quoted)) {
        return false;
    }
    const auto name = rest_.tape().root().text();
    return std::find(list_members_.begin(), list_members_.end(), name) != list_members_.end();
}

/// Takes the bytes between two rows, up to the first byte of a row or the end of the list.
std::size_t ListReader::read_between(std::string_view bytes)
{
    const auto blank = std::min(bytes.find_first_not_of(blanks), bytes.size());
    if (blank > 0 || bytes.empty()) {
        return blank;
    }
    const char c = bytes.front();
    if (c == ']' && place_ != Place::row) {
        place_ = Place::beside;
        return 1;
    }
    if (place_ == Place::behind_row) {
        if (c != ',') {
            fail(not_json);
        }
        place_ = Place::row;
        return 1;
    }
    if (c == '{' || c == '[') {
        brackets_.begin();
        place_ = Place::in_container;
    } else {
        place_ = c == '"' ? Place::in_string : Place::in_literal;
    }
    return 0;
}

std::size_t ListReader::read_row(std::string_view bytes)
{
    const auto end = find_row_end(bytes);
    const auto used = std::min(end, bytes.size());
    if (row_begin_.size() + used > limits_.row_bytes) {
        fail("a row of the listing is too large");
    } else if (end == std::string_view::npos) {
        row_begin_ += bytes;
    } else if (row_begin_.empty()) {
        end_row(bytes.substr(0, used));
    } else {
        row_begin_ += bytes.substr(0, used);
        end_row(row_begin_);
        row_begin_.clear();
    }
    return used;
}

/// How many of `bytes` still belong to the row; npos when it goes on behind them.
std::size_t ListReader::find_row_end(std::string_view bytes)
{
    if (place_ == Place::in_literal) {
        return bytes.find_first_of(literal_ends);
    }
    if (place_ != Place::in_string) {
        return brackets_.find_end(bytes);
    }
    for (std::size_t at = row_begin_.empty() ? 1 : 0; at < bytes.size(); ++at) {
        const char c = bytes[at];
        const bool ends = c == '"' && !escaped_;
        escaped_ = c == '\\' && !escaped_;
        if (ends) {
            return at + 1;
        }
    }
    return std::string_view::npos;
}

void ListReader::end_row(std::string_view bytes)
{
    if (!is_known_ || !is_known_(bytes)) {
        if (!row_.read(bytes)) {
            fail(not_json);
            return;
        }
        on_row_(row_.tape());
    }
    ++rows_;
    place_ = place_ == Place::in_only_row ? Place::beside : Place::behind_row;
}

} // namespace polyglance::json
