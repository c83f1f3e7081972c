#include "model/json/tape.hpp"

#include <charconv>
#include <functional>

#include "model/json/tape_reader.hpp"
#include "model/json/write.hpp"

namespace polyglance::json {
namespace {

/// No double holds it: many readers of JSON refuse the whole document for the sake of such a number.
bool is_beyond_double(std::string_view literal)
{
    constexpr std::size_t always_fits = 300;
    if (literal.size() <= always_fits && literal.find_first_of("eE") == std::string_view::npos) {
        return false;
    }
    double value = 0;
    return std::from_chars(literal.data(), literal.data() + literal.size(), value).ec == std::errc::result_out_of_range;
}

} // namespace

std::optional<std::int64_t> Value::as_int64() const
{
    const auto literal = text();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(literal.data(), literal.data() + literal.size(), value);
    if (kind() != Kind::number || error != std::errc{} || end != literal.data() + literal.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<Value> Value::find(std::string_view name) const
{
    if (!is(Kind::object)) {
        return std::nullopt;
    }
    for (const Value member : *this) {
        if (member.key() == name) {
            return member;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> Value::json() const
{
    switch (kind()) {
    case Kind::null:
        return "null";
    case Kind::number:
        return is_beyond_double(text()) ? std::nullopt : std::optional(text());
    case Kind::boolean:
        return text();
    case Kind::string:
        return tape_->quoted(text());
    case Kind::array:
    case Kind::object:
        break;
    }
    return std::nullopt;
}

void Value::append_json(std::string& out) const
{
    if (is(Kind::string)) {
        tape_->append_string(out, text());
        return;
    }
    if (const auto whole = json()) {
        out += *whole;
        return;
    }
    if (is(Kind::number)) {
        append_quoted(out, text());
        return;
    }
    const bool object = is(Kind::object);
    out += object ? '{' : '[';
    bool first = true;
    for (const Value member : *this) {
        if (!first) {
            out += ',';
        }
        first = false;
        if (object) {
            tape_->append_string(out, member.key());
            out += ':';
        }
        member.append_json(out);
    }
    out += object ? '}' : ']';
}

std::optional<std::string_view> Tape::quoted(std::string_view text) const
{
    const bool in_document = std::less_equal<>()(document_.data(), text.data()) &&
                             std::less<>()(text.data(), document_.data() + document_.size());
    return in_document ? std::optional(std::string_view(text.data() - 1, text.size() + 2)) : std::nullopt;
}

void Tape::append_string(std::string& out, std::string_view text) const
{
    if (const auto as_sent = quoted(text)) {
        out += *as_sent; // without escapes: written as it is read
    } else {
        append_quoted(out, text);
    }
}

bool Tape::valid_utf8() const
{
    return json::valid_utf8(document_); // escapes are checked when they are read
}

std::optional<Tape> Tape::parse(std::string_view document)
{
    std::vector<char> copy(document.begin(), document.end());
    TapeReader reader;
    if (!reader.read({copy.data(), copy.size()})) {
        return std::nullopt;
    }
    Tape tape = std::move(reader).take();
    tape.copy_ = std::move(copy);
    return tape;
}

} // namespace polyglance::json
