// What callers ask: queries and page tokens; and times, which everybody writes.
#include <nlohmann/json.hpp>

#include <string>

#include "cache/cursor.hpp"
#include "cache/engine.hpp"
#include "fuzz/targets.hpp"
#include "model/digest.hpp"
#include "proxy/api/list_request.hpp"

namespace polyglance::fuzz {
namespace {

constexpr std::string_view cursor_key = "0123456789abcdef0123456789abcdef";

const ApiSettings& settings()
{
    static const ApiSettings made{.cursors = CursorCodec(std::string(cursor_key))};
    return made;
}

/// A handful of images with all that can be asked about.
std::shared_ptr<const Snapshot> sample()
{
    SnapshotBuilder builder({"a", Provider::glance, "here"});
    for (int i = 0; i < 12; ++i) {
        Image image;
        image.native_id = "id-" + std::to_string(i * 7 % 12);
        image.name = i % 3 == 0 ? std::nullopt : std::optional("Ubuntu " + std::to_string(i % 4));
        image.status = i % 2 == 0 ? Status::active : Status::queued;
        image.size_bytes = i % 5 == 0 ? std::nullopt : std::optional<std::int64_t>(i * 1000);
        image.created_at = *parse_timestamp("2025-06-01T00:00:00Z") + std::chrono::hours(i % 4);
        image.tags = i % 2 == 0 ? std::vector<std::string>{"gold"} : std::vector<std::string>{};
        builder.add(image);
    }
    return builder.finish();
}

} // namespace

void list_query(std::string_view bytes)
{
    const std::vector<std::string_view> ids{"a", "b"};
    const auto request = parse_list_request(bytes, settings(), ids);
    if (!request) {
        Request asked;
        asked.path = bytes;
        const auto answer = problem_response(request.error(), asked);
        must(answer.status == 400, "a query is wrong, or it is answered");
        must(nlohmann::json::accept(answer.body->identity()), "a refusal is JSON, whatever it quotes");
        return;
    }
    must(request->limit >= 1 && request->limit <= settings().max_limit, "a page has a size within bounds");
    const auto link = request->link(request->page_token);
    const auto next = parse_list_request(std::string_view(link).substr(link.find('?') + 1), settings(), ids);
    must(next && next->canonical == request->canonical && next->limit == request->limit &&
             next->page_token == request->page_token,
         "a link asks the same again, and what is canonical stays so");

    static const auto snapshot = sample();
    static const SourceInfo info = [] {
        SourceInfo out;
        out.id = "a";
        out.provides = {"created_at", "name", "size_bytes", "status", "tags"};
        return out;
    }();
    must(request->selection.picks(info) || request->selection.sources || request->selection.providers ||
             request->selection.regions,
         "without a choice every source is picked");
    const std::vector<QuerySource> sources{{snapshot.get(), &info}};
    std::optional<Position> after;
    std::size_t seen = 0;
    std::size_t total = 0;
    do {
        const auto page = run_query(sources, request->query, after, 5, true);
        seen += page.rows.size();
        total = page.matched.at(0);
        after = page.next;
        must(seen <= snapshot->size(), "a walk shows no image twice");
    } while (after);
    must(seen == total, "a walk shows all that match");
}

void page_token(std::string_view bytes)
{
    const auto& codec = settings().cursors;
    const auto cursor = codec.decode(bytes, "q");
    must(!cursor || codec.encode(*cursor) == bytes, "only tokens of our own are taken");
    // A seal stops all mutations: the bytes also come under a right one.
    const auto seal = hmac_sha256(cursor_key, "polyglance cursor\n" + std::string(bytes));
    const auto sealed = to_base64url(std::string(bytes) + std::string(as_bytes(seal).substr(0, 16)));
    if (const auto forged = codec.decode(sealed, "q")) {
        must(codec.decode(codec.encode(*forged), "q") == *forged, "a cursor written reads as itself");
    }
}

void timestamps(std::string_view bytes)
{
    if (const auto time = parse_timestamp(bytes)) {
        must(parse_timestamp(format_timestamp(*time)) == time, "a time written reads as itself");
    }
    if (const auto date = parse_http_date(bytes)) {
        must(parse_http_date(format_http_date(*date)) == date, "a date written reads as itself");
    }
}

} // namespace polyglance::fuzz
