#include "proxy/http/request_head.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <charconv>
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

/// "" or ":8080".
bool is_valid_port(std::string_view text)
{
    if (text.empty() || text == ":") {
        return true;
    }
    unsigned port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 1, end, port);
    return text.front() == ':' && error == std::errc{} && stop == end && port <= 65'535;
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
    return is_valid_port(host);
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
            const auto end = std::min(target.find_first_of("/?", scheme.size()), target.size());
            if (!is_valid_host(target.substr(scheme.size(), end - scheme.size()))) {
                return false;
            }
            target.remove_prefix(end);
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

/// Beast judges the head; what it finds goes straight into the request, without a copy of any header.
class HeadParser final : public http::basic_parser<true> {
public:
    HeadParser(const HeadLimits& limits, Request& request) : request_(request)
    {
        header_limit(static_cast<std::uint32_t>(limits.head_bytes) + 4);
        skip(true);
        request_.headers.clear();
        request_.path_parameters.clear();
    }

    std::string_view target;
    std::string_view host;
    unsigned version = 0;
    std::size_t hosts = 0;
    bool has_transfer_encoding = false;

private:
    using Error = boost::system::error_code;
    using Text = boost::beast::string_view;

    void on_request_impl(http::verb, Text method, Text asked, int number, Error&) override
    {
        request_.method = method_from(method);
        target = asked;
        version = static_cast<unsigned>(number);
    }
    void on_field_impl(http::field field, Text name, Text value, Error&) override
    {
        if (field == http::field::host) {
            ++hosts;
            host = value;
        }
        has_transfer_encoding = has_transfer_encoding || field == http::field::transfer_encoding;
        request_.headers.push_back({name, value});
    }
    void on_response_impl(int, Text, int, Error&) override {}
    void on_header_impl(Error&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    std::size_t on_body_impl(Text, Error&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text, Error&) override { return 0; }
    void on_finish_impl(Error&) override {}

    Request& request_;
};

HeadResult parse_head(std::string_view head, const HeadLimits& limits, Request& request)
{
    if (has_odd_lines(head)) {
        return refuse("bad_request", "The request head has a folded or badly ended line.");
    }
    HeadParser parser(limits, request);
    boost::system::error_code error;
    parser.put(boost::asio::buffer(head), error);
    if (error || !parser.is_header_done()) {
        return refuse("bad_request", "The request is not valid HTTP/1.1.");
    }
    if (parser.target.size() > limits.target_bytes) {
        return refuse("uri_too_long", "The request target is longer than 8 KiB.");
    }
    if (parser.hosts > 1 || (parser.hosts == 0 && parser.version >= 11) ||
        (parser.hosts == 1 && !is_valid_host(parser.host))) {
        return refuse("bad_request", "The request needs exactly one valid Host.");
    }
    if (parser.has_transfer_encoding) {
        return refuse("unexpected_body", "No request here takes a body.");
    }
    if (const auto length = parser.content_length(); length && *length > 0) {
        return *length > limits.body_bytes ? refuse("body_too_large", "No request here takes a body.")
                                           : refuse("unexpected_body", "No request here takes a body.");
    }
    if (!split_target(parser.target, request)) {
        return refuse("bad_request", "The request target is not a path.");
    }
    HeadResult out;
    out.kind = HeadResult::Kind::ready;
    out.keep_alive = parser.keep_alive();
    out.is_http10 = parser.version < 11;
    return out;
}

} // namespace

HeadResult read_request_head(std::string_view bytes, const HeadLimits& limits, std::size_t& searched, Request& request)
{
    // RFC 9112 2.2: an empty line before a request is skipped, also one of which only half has come yet.
    if (bytes == "\r") {
        return {};
    }
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
    auto out = parse_head(head, limits, request);
    out.consumed = skipped + head.size();
    return out;
}

} // namespace polyglance
