#include "adapters/http/response_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <charconv>
#include <exception>
#include <string>
#include <vector>

#include "adapters/http/header_syntax.hpp"

namespace polyglance {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view version_prefix = "HTTP/1.";
constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::size_t max_fields = 256;

std::unexpected<Error> refuse(std::string_view why)
{
    return failure(ErrorClass::upstream_protocol, std::string(why));
}

std::vector<std::string_view> values_of(const HttpHeaders& headers, std::string_view name)
{
    std::vector<std::string_view> out;
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) {
            out.push_back(value);
        }
    }
    return out;
}

bool lists_word(const HttpHeaders& headers, std::string_view name, std::string_view word)
{
    for (std::string_view value : values_of(headers, name)) {
        while (!value.empty()) {
            const std::size_t comma = std::min(value.find(','), value.size());
            std::string_view item = value.substr(0, comma);
            item.remove_prefix(std::min(item.find_first_not_of(" \t"), item.size()));
            item = item.substr(0, item.find_last_not_of(" \t") + 1);
            if (same_name(item, word)) {
                return true;
            }
            value.remove_prefix(std::min(comma + 1, value.size()));
        }
    }
    return false;
}

std::optional<std::uint64_t> all_digits(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

/// RFC 9112, 6.3, without its lenient branches.
Result<void> settle_framing(ResponseHead& head, bool http11)
{
    const auto lengths = values_of(head.headers, "Content-Length");
    const auto codings = values_of(head.headers, "Transfer-Encoding");
    if (lengths.size() > 1 || codings.size() > 1 || (!lengths.empty() && !codings.empty())) {
        return refuse("the answer gives its length more than once");
    }
    if (!codings.empty() && (!http11 || !same_name(codings.front(), "chunked"))) {
        return refuse("the answer has a Transfer-Encoding other than chunked");
    }
    const auto length = lengths.empty() ? std::optional<std::uint64_t>{} : all_digits(lengths.front());
    if (!lengths.empty() && !length) {
        return refuse("the answer has a malformed Content-Length");
    }

    if (head.interim() || head.status == 204 || head.status == 304) {
        // Such an answer has no body whatever it announces; one that announces some may send it all the same.
        head.framing = BodyFraming::none;
        head.keep_alive = head.keep_alive && codings.empty() && (head.status == 304 || length.value_or(0) == 0);
    } else if (!codings.empty()) {
        head.framing = BodyFraming::chunked;
    } else if (length) {
        head.framing = *length == 0 ? BodyFraming::none : BodyFraming::length;
        head.content_length = *length;
    } else {
        head.framing = BodyFraming::until_close;
        head.keep_alive = false;
    }
    return {};
}

Result<ResponseHead> parse(std::string_view raw)
{
    // Beast joins folded lines in silence, so they have to be found before it sees them.
    if (raw.find("\r\n ") != std::string_view::npos || raw.find("\r\n\t") != std::string_view::npos) {
        return refuse("the answer has a folded header line");
    }
    http::response_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(raw.size() + 1));
    parser.body_limit(boost::none);
    parser.skip(true);
    boost::system::error_code error;
    const std::size_t taken = parser.put(boost::asio::buffer(raw.data(), raw.size()), error);
    if (error || taken != raw.size() || !parser.is_header_done()) {
        return refuse("the answer has a malformed head");
    }
    const auto& message = parser.get();

    ResponseHead head;
    head.status = static_cast<int>(message.result_int());
    if (head.status < 100 || head.status > 599 || head.status == 101) {
        return refuse("the answer has an impossible status");
    }
    for (const auto& field : message) {
        if (head.headers.size() == max_fields) {
            return refuse("the answer has more than 256 header fields");
        }
        head.headers.emplace_back(field.name_string(), field.value());
    }
    const bool http11 = message.version() == 11;
    head.keep_alive = http11 ? !lists_word(head.headers, "Connection", "close")
                             : lists_word(head.headers, "Connection", "keep-alive");
    if (auto settled = settle_framing(head, http11); !settled) {
        return std::unexpected(settled.error());
    }
    const auto encodings = values_of(head.headers, "Content-Encoding");
    const bool encoded = std::ranges::any_of(encodings, [](auto value) { return !same_name(value, "identity"); });
    if (head.framing != BodyFraming::none && encoded) {
        return refuse("the answer has a Content-Encoding that was not asked for");
    }
    return head;
}

} // namespace

bool looks_like_http1(std::string_view received)
{
    return version_prefix.starts_with(received.substr(0, version_prefix.size()));
}

std::optional<std::size_t> response_head_size(std::string_view received, std::size_t searched)
{
    const std::size_t from = searched - std::min(searched, end_of_head.size() - 1);
    const std::size_t at = received.find(end_of_head, from);
    return at == std::string_view::npos ? std::nullopt : std::optional(at + end_of_head.size());
}

Result<ResponseHead> parse_response_head(std::string_view head)
{
    // Beast 1.81 throws std::length_error for a field that its 16-bit sizes cannot hold.
    try {
        return parse(head);
    } catch (const std::exception&) {
        return refuse("the answer has a header field that is too long");
    }
}

} // namespace polyglance
