// HTTP in both directions.
#include <boost/asio/ip/address.hpp>

#include <array>

#include "adapters/http/body_decoder.hpp"
#include "adapters/http/percent.hpp"
#include "adapters/http/response_head.hpp"
#include "adapters/next_link.hpp"
#include "fuzz/targets.hpp"
#include "model/digest.hpp"
#include "model/json/write.hpp"
#include "proxy/api/cache_directives.hpp"
#include "proxy/api/etag.hpp"
#include "proxy/api/request_guard.hpp"
#include "proxy/auth/gate.hpp"
#include "proxy/http/request_head.hpp"
#include "proxy/http/router.hpp"

namespace polyglance::fuzz {
namespace {

/// Content of a body whose bytes come `slice` at a time; false when the framing is wrong.
bool read_body(const ResponseHead& head, std::string_view bytes, std::size_t slice, std::string& content)
{
    BodyDecoder decoder(head.framing, head.content_length);
    while (!bytes.empty() && !decoder.complete()) {
        auto input = bytes.substr(0, slice);
        const auto given = input.size();
        while (!input.empty() && !decoder.complete()) {
            const auto piece = decoder.next(input);
            if (!piece) {
                return false;
            }
            content += *piece;
        }
        bytes.remove_prefix(given - input.size());
    }
    return decoder.may_end_here();
}

constexpr std::string_view right_token = "right";

/// One token may read and one may not; what trusted proxies say counts.
Gate make_gate()
{
    ServerConfig server;
    server.rate_limit = 1;
    std::string ignored;
    server.trusted_proxies = {*parse_network("10.0.0.0/8", ignored), *parse_network("fd00::/8", ignored)};
    FrontAuthConfig auth;
    auth.tokens_required = true;
    auth.tokens.push_back(
        {.name = "reader", .sha256 = to_hex(as_bytes(sha256(right_token))), .sources = {"*"}, .read_images = true});
    return {server, auth};
}

} // namespace

void http_reply(std::string_view bytes)
{
    static_cast<void>(looks_like_http1(bytes));
    const auto size = response_head_size(bytes);
    if (!size) {
        return;
    }
    must(*size <= bytes.size(), "a head ends inside what was received");
    const auto head = parse_response_head(bytes.substr(0, *size));
    if (!head) {
        return;
    }
    must(head->status >= 100 && head->status <= 999, "a status has three digits");
    const auto rest = bytes.substr(*size);
    std::string whole;
    std::string sliced;
    const bool good = read_body(*head, rest, rest.size() + 1, whole);
    must(good == read_body(*head, rest, 7, sliced), "a body reads alike however it comes");
    must(!good || whole == sliced, "and has the same content");
    must(whole.size() <= rest.size(), "content comes out of what was received");
}

void http_request(std::string_view bytes)
{
    constexpr HeadLimits limits{.head_bytes = 2048, .target_bytes = 512}; // so that little input comes to them
    Request request;
    std::size_t searched = 0;
    const auto head = read_request_head(bytes, limits, searched, request);
    if (head.kind != HeadResult::Kind::ready) {
        must(head.kind != HeadResult::Kind::refused || !head.refusal.code.empty(), "a refusal has a code");
        return;
    }
    must(head.consumed <= bytes.size(), "a head ends inside what was received");
    must(request.path.starts_with('/'), "a path starts with a slash");
    must(request.header_count("Host") <= 1, "there is one host at most");
    must(request.header_count("Transfer-Encoding") == 0, "no request has a transfer coding");
    for (const auto& [name, value] : request.headers) {
        must(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "a value is one line");
        must(!name.empty(), "a header has a name");
    }
    // Byte by byte there must be the same reading, and no earlier one.
    Request again;
    std::size_t found = 0;
    const auto before = read_request_head(bytes.substr(0, head.consumed - 1), limits, found, again);
    must(before.kind == HeadResult::Kind::need_more, "a head is whole with its last byte only");
    must(read_request_head(bytes, limits, found, again).consumed == head.consumed, "and then at once");
    must(again.path == request.path && again.query == request.query, "with the same target");
}

void header_values(std::string_view bytes)
{
    static_cast<void>(choose_coding(bytes));
    constexpr std::array<std::string_view, 2> offers{"application/json", "text/html"};
    const auto type = choose_type(bytes, offers);
    must(type.empty() || type == offers[0] || type == offers[1], "only what is offered is chosen");
    const auto etag = make_etag("x");
    const std::string listed = std::string(bytes) + ", " + etag;
    static_cast<void>(etag_matches(bytes, etag));
    static_cast<void>(etag_matches(listed, etag));
    Request request;
    request.headers.push_back({"Cache-Control", bytes});
    const auto directives = read_cache_directives(request);
    must(!directives.max_age || directives.max_age->count() >= 0, "an age is not negative");
    SourceStatus status;
    const Instant now = *parse_timestamp("2026-01-02T03:04:05Z");
    status.fetched_at = now - std::chrono::seconds{5};
    status.expires_at = now - std::chrono::seconds{1};
    const bool patient = !directives.max_age && !directives.max_stale;
    must(!patient || !directives.too_old(status, now), "nothing is too old for who says nothing about it");
    Response response;
    response.add("X-Test", bytes);
    must(response.head.empty() || response.head.find('\n') == response.head.size() - 1, "a value adds no line");
}

void caller_headers(std::string_view bytes)
{
    static Gate gate = make_gate();
    static std::chrono::steady_clock::time_point now;
    constexpr std::array<std::string_view, 4> names{"X-Forwarded-For", "X-Forwarded-Prefix", "Authorization",
                                                    "X-Auth-Token"};
    Request request;
    request.peer = "10.0.0.1";
    request.received = now += std::chrono::hours(1); // no peer is still refused for what it sent before
    bool shown = false;
    for (std::size_t i = 0; !bytes.empty(); ++i) {
        const auto value = trim(take_line(bytes));
        shown = shown || (i % names.size() >= 2 && value.ends_with(right_token));
        request.headers.push_back({names[i % names.size()], value});
    }
    const auto refused = gate.admit(request, Access::read);
    must(refused ? !refused->code.empty() : shown && request.caller->name == "reader", "only the right token gets in");
    boost::system::error_code is_none;
    boost::asio::ip::make_address(request.peer, is_none);
    must(!is_none, "a peer is an address");
    must(request.prefix.empty() || (request.prefix.starts_with('/') && !request.prefix.starts_with("//")),
         "a prefix is a path");
    must(request.prefix.find_first_of(std::string_view("\r\n\0\"<>\\", 7)) == std::string::npos, "and no more");
}

void url_parts(std::string_view bytes)
{
    if (const auto text = percent_decode(bytes)) {
        must(percent_decode(percent_encode(*text)) == *text, "text encoded reads as itself");
    }
    if (const auto pairs = decode_query(bytes)) {
        must(decode_query(encode_query(*pairs)) == *pairs, "a query encoded reads as itself");
    }
    if (const auto marker = marker_in(bytes)) {
        must(!marker->empty() && marker->size() <= 1024, "a marker is bounded");
    }
    static const Router router({{.pattern = "/v1/images"},
                                {.pattern = "/v1/images/{uid}"},
                                {.method = Method::delete_, .pattern = "/v1/images/{uid}"},
                                {.method = Method::post, .pattern = "/v1/sources/{id}:refresh"}});
    const std::string path = "/" + std::string(bytes);
    const auto match = router.match(Method::get, path, Audience::data);
    must(router.match(Method::head, path, Audience::data).route == match.route, "HEAD finds what GET finds");
    const auto* const literal = router.match_literal(Method::get, path, Audience::data);
    must(literal == nullptr || literal == match.route, "and so does the quick way");
    for (const auto& [name, value] : match.parameters) {
        must(!value.empty() && json::valid_utf8(value) && !value.contains('\0'), "a parameter is text");
        if (const auto parts = split_uid(value)) {
            must(make_uid(parts->source, parts->native_id) == value, "a uid taken apart is whole again");
        }
    }
}

} // namespace polyglance::fuzz
