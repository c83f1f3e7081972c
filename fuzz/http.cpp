// HTTP in both directions, and what identity services answer.
#include <array>

#include "adapters/auth/keystone_messages.hpp"
#include "adapters/http/body_decoder.hpp"
#include "adapters/http/response_head.hpp"
#include "fuzz/targets.hpp"
#include "proxy/api/cache_directives.hpp"
#include "proxy/api/etag.hpp"
#include "proxy/api/request_guard.hpp"
#include "proxy/http/request_head.hpp"

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

} // namespace

void keystone_answer(std::string_view bytes)
{
    const auto now = *parse_timestamp("2026-01-02T03:04:05Z");
    HttpResponse response{.status = 201,
                          .headers = {{"X-Subject-Token", "token"}, {"Date", "Fri, 02 Jan 2026 03:04:05 GMT"}},
                          .body = std::string(bytes)};
    if (const auto issued = keystone::read_issued_token(response, now)) {
        must(issued->lifetime > issued->lifetime.zero(), "a token has time left");
        must(keystone::time_until_renewal(issued->lifetime) <= issued->lifetime, "and is renewed before its end");
    }
    response.status = 200;
    static_cast<void>(keystone::read_catalogue(response, now));
    response.status = 400;
    static_cast<void>(keystone::refusal(response, now));
}

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
    Request request;
    std::size_t searched = 0;
    const auto head = read_request_head(bytes, HeadLimits{}, searched, request);
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
    const auto before = read_request_head(bytes.substr(0, head.consumed - 1), HeadLimits{}, found, again);
    must(before.kind == HeadResult::Kind::need_more, "a head is whole with its last byte only");
    must(read_request_head(bytes, HeadLimits{}, found, again).consumed == head.consumed, "and then at once");
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
    Response response;
    response.add("X-Test", bytes);
    must(response.head.empty() || response.head.find('\n') == response.head.size() - 1, "a value adds no line");
}

} // namespace polyglance::fuzz
