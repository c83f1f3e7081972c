#include "proxy/api/query_string.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "cache/query.hpp"
#include "proxy/http/router.hpp"

namespace polyglance {
namespace {

bool stays_as_it_is(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~:,/@*()!").find(c) != std::string_view::npos;
}

bool is_control(char c)
{
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

/// In a query, unlike in a path, '+' is a space. Control characters are refused: no name is looked for by them, and
/// whoever sends a line end hopes that it ends a line somewhere.
std::optional<std::string> decode_query_text(std::string_view piece)
{
    std::string text(piece);
    std::replace(text.begin(), text.end(), '+', ' ');
    auto decoded = decode_text(text);
    return decoded && std::any_of(decoded->begin(), decoded->end(), is_control) ? std::nullopt : std::move(decoded);
}

QueryParameter read_piece(std::string_view piece)
{
    const auto equals = piece.find('=');
    auto name = decode_query_text(piece.substr(0, equals));
    auto value = equals == std::string_view::npos ? std::string{} : decode_query_text(piece.substr(equals + 1));
    const bool readable = name && value;
    return {std::move(name).value_or(""), std::move(value).value_or(""), readable};
}

} // namespace

void append_query_component(std::string& out, std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        if (stays_as_it_is(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
}

QueryReader::QueryReader(std::string_view raw_query)
{
    while (!raw_query.empty()) {
        if (parameters_.size() == most_parameters) {
            fault({"", "invalid_value", fmt::format("more than {} parameters", most_parameters)});
            break;
        }
        const auto end = raw_query.find('&');
        if (const auto piece = raw_query.substr(0, end); !piece.empty()) {
            parameters_.push_back(read_piece(piece));
        }
        raw_query = end == std::string_view::npos ? std::string_view{} : raw_query.substr(end + 1);
    }
    for (const auto& parameter : parameters_) {
        if (!parameter.readable) {
            fault({parameter.name, "invalid_value", "not percent-encoded UTF-8 without control characters"});
        }
    }
}

void QueryReader::fault(ProblemItem item)
{
    if (!is_full()) {
        faults_.push_back(std::move(item));
    }
}

std::vector<std::string> QueryReader::all(std::string_view name)
{
    known_.emplace_back(name);
    std::vector<std::string> out;
    for (const auto& parameter : parameters_) {
        if (parameter.readable && parameter.name == name) {
            out.push_back(parameter.value);
        }
    }
    return out;
}

std::optional<std::string> QueryReader::one(std::string_view name)
{
    auto values = all(name);
    if (values.size() > 1) {
        fault(
            {std::string(name), "repeated_parameter", fmt::format("given {} times, may be given once", values.size())});
    }
    return values.size() == 1 ? std::optional(std::move(values.front())) : std::nullopt;
}

std::optional<bool> QueryReader::flag(std::string_view name)
{
    constexpr std::array<std::string_view, 4> words{"0", "1", "false", "true"};
    const auto index = word(name, words);
    return index ? std::optional(*index % 2 == 1) : std::nullopt;
}

std::optional<std::uint64_t> QueryReader::number(std::string_view name, std::uint64_t least, std::uint64_t most)
{
    const auto text = one(name);
    if (!text) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    const bool read = error == std::errc{} && end == text->data() + text->size();
    if (!read || value < least || value > most) {
        fault({std::string(name), "invalid_value", fmt::format("must be a whole number from {} to {}", least, most)});
        return std::nullopt;
    }
    return value;
}

std::optional<std::size_t> QueryReader::word(std::string_view name, std::span<const std::string_view> words)
{
    const auto text = one(name);
    if (!text) {
        return std::nullopt;
    }
    const auto found = std::find(words.begin(), words.end(), *text);
    if (found == words.end()) {
        fault({std::string(name), "invalid_value", fmt::format("must be one of: {}", fmt::join(words, ", ")),
               nearest(*text, {words.begin(), words.end()})});
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - words.begin());
}

void QueryReader::report_unknown(const QueryParameter& parameter, std::span<const Hint> hints)
{
    ProblemItem item{parameter.name, "unknown_parameter", "not known"};
    // A name that is repeated is unknown once.
    const auto same = [&](const ProblemItem& other) {
        return other.parameter == item.parameter && other.code == item.code;
    };
    if (std::any_of(faults_.begin(), faults_.end(), same)) {
        return;
    }
    const auto hint = std::find_if(hints.begin(), hints.end(), [&](const Hint& h) { return h.name == parameter.name; });
    if (hint != hints.end()) {
        item.did_you_mean = hint->instead;
        item.detail = hint->detail.empty() ? item.detail : std::string(hint->detail);
    } else {
        item.did_you_mean = nearest(parameter.name, {known_.begin(), known_.end()});
    }
    fault(std::move(item));
}

std::optional<Problem> QueryReader::finish(std::span<const Hint> hints)
{
    for (const auto& parameter : parameters_) {
        if (is_full()) {
            break;
        }
        const bool known = std::find(known_.begin(), known_.end(), parameter.name) != known_.end();
        if (parameter.readable && !known) {
            report_unknown(parameter, hints);
        }
    }
    if (faults_.empty()) {
        return std::nullopt;
    }
    const auto& first = faults_.front();
    std::string detail =
        fmt::format("{} parameters{} are wrong, see errors.", faults_.size(), is_full() ? " or more" : "");
    if (faults_.size() == 1) {
        const bool unknown = first.code == "unknown_parameter";
        detail = first.parameter.empty() ? first.detail
                 : unknown               ? fmt::format("'{}' is not a parameter of this path", first.parameter)
                                         : fmt::format("'{}': {}", first.parameter, first.detail);
        detail += detail.ends_with('.') ? "" : ".";
    }
    return Problem{.code = first.code, .detail = std::move(detail), .errors = faults_};
}

} // namespace polyglance
