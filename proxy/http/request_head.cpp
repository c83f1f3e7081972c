#include "proxy/http/request_head.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <cstdint>

namespace polyglance {
namespace {

namespace http = boost::beast::http;

HeadResult refuse(std::string_view code, std::string_view detail)
{
    HeadResult out;
    out.kind = HeadResult::Kind::refused;
    out.refusal.code = code;
    out.refusal.detail = detail;
    return out;
}

bool is_token_char(char c)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           others.find(c) != std::string_view::npos;
}

/// Tells other protocols (TLS, HTTP/2, SSH ...) from HTTP/1 by the first line, without waiting for a whole head.
bool looks_like_http1(std::string_view line)
{
    const auto method_end = line.find(' ');
    const auto version = line.rfind(" HTTP/1.");
    return method_end != std::string_view::npos && method_end > 0 &&
           std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(method_end), is_token_char) &&
           version != std::string_view::npos && version > method_end && version + 9 == line.size();
}

/// A line that goes on in the next one (obs-fold), or a line end that is not CR LF.
bool has_odd_lines(std::string_view head)
{
    for (auto at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
        if (at == 0 || head[at - 1] != '\r' ||
            (at + 1 < head.size() && (head[at + 1] == ' ' || head[at + 1] == '\t'))) {
            return true;
        }
    }
    return false;
}

bool is_valid_host(std::string_view host)
{
    if (host.starts_with('[')) { // IPv6
        const auto end = host.find(']');
        if (end == std::string_view::npos || end < 3 ||
            host.substr(1, end - 1).find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) {
            return false;
        }
        host.remove_prefix(end + 1);
    } else {
        const auto name = host.substr(0, host.find(':'));
        constexpr std::string_view allowed = "-._~%!$&'()*+,;=";
        if (name.empty() || !std::all_of(name.begin(), name.end(), [&](char c) {
                return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       allowed.find(c) != std::string_view::npos;
            })) {
            return false;
        }
        host.remove_prefix(name.size());
    }
    return host.empty() || (host.front() == ':' && host.size() <= 6 &&
                            host.substr(1).find_first_not_of("0123456789") == std::string_view::npos);
}

Method method_from(std::string_view word)
{
    for (const Method method : {Method::get, Method::head, Method::post, Method::delete_, Method::options}) {
        if (to_string(method) == word) {
            return method;
        }
    }
    return Method::other;
}

/// Splits origin-form ("/path?query") or absolute-form ("http://host/path?query"). False for anything else.
bool split_target(std::string_view target, Request& request)
{
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.starts_with(scheme)) {
            target.remove_prefix(std::min(target.find_first_of("/?", scheme.size()), target.size()));
            break;
        }
    }
    if (!target.starts_with('/') || std::any_of(target.begin(), target.end(), [](char c) {
            return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '#';
        })) {
        return false;
    }
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    request.query = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
    return true;
}

HeadResult too_long(std::string_view bytes, const HeadLimits& limits)
{
    return bytes.find('\n') > limits.target_bytes
               ? refuse("uri_too_long", "The request target is longer than 8 KiB.")
               : refuse("headers_too_large", "The request head is larger than 16 KiB.");
}

HeadResult parse_head(std::string_view head, const HeadLimits& limits)
{
    if (has_odd_lines(head)) {
        return refuse("bad_request", "The request head has a folded or badly ended line.");
    }
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.head_bytes) + 4);
    parser.skip(true);
    boost::system::error_code error;
    parser.put(boost::asio::buffer(head), error);
    if (error || !parser.is_header_done()) {
        return refuse("bad_request", "The request is not valid HTTP/1.1.");
    }
    const auto& message = parser.get();
    if (message.target().size() > limits.target_bytes) {
        return refuse("uri_too_long", "The request target is longer than 8 KiB.");
    }
    const auto hosts = message.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && message.version() >= 11) ||
        (hosts == 1 && !is_valid_host(message[http::field::host]))) {
        return refuse("bad_request", "The request needs exactly one valid Host.");
    }
    if (message.find(http::field::transfer_encoding) != message.end()) {
        return refuse("unexpected_body", "No request here takes a body.");
    }
    if (const auto length = parser.content_length(); length && *length > 0) {
        return *length > limits.body_bytes ? refuse("body_too_large", "No request here takes a body.")
                                           : refuse("unexpected_body", "No request here takes a body.");
    }

    HeadResult out;
    out.kind = HeadResult::Kind::ready;
    out.consumed = head.size();
    out.keep_alive = message.keep_alive();
    out.request.method = method_from(message.method_string());
    if (!split_target(message.target(), out.request)) {
        return refuse("bad_request", "The request target is not a path.");
    }
    out.request.headers.reserve(16);
    for (const auto& field : message) {
        out.request.headers.emplace_back(field.name_string(), field.value());
    }
    return out;
}

} // namespace

HeadResult read_request_head(std::string_view bytes, const HeadLimits& limits, std::size_t& searched)
{
    // RFC 9112 2.2: an empty line before a request is skipped.
    const std::size_t skipped = bytes.starts_with("\r\n") ? 2 : 0;
    const auto rest = bytes.substr(skipped);
    if (!rest.empty() && !is_token_char(rest.front())) {
        return refuse("bad_request", "This is not HTTP/1.1.");
    }
    if (const auto line_end = rest.find('\n'); line_end != std::string_view::npos) {
        const auto line = rest.substr(0, line_end);
        if (line.empty() || line.back() != '\r' || !looks_like_http1(line.substr(0, line.size() - 1))) {
            return refuse("bad_request", "This is not HTTP/1.1.");
        }
    }
    const auto from = std::max(skipped, searched > 3 ? searched - 3 : 0);
    const auto end = bytes.find("\r\n\r\n", from);
    if (end == std::string_view::npos) {
        searched = bytes.size();
        return rest.size() > limits.head_bytes ? too_long(rest, limits) : HeadResult{};
    }
    const auto head = rest.substr(0, end + 4 - skipped);
    if (head.size() > limits.head_bytes) {
        return too_long(rest, limits);
    }
    searched = 0;
    auto out = parse_head(head, limits);
    out.consumed = skipped + head.size();
    return out;
}

} // namespace polyglance
