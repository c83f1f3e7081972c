// What callers and operators write: queries, page tokens, configuration; and times.
#include <string>
#include <sys/mman.h>
#include <unistd.h>

#include "cache/cursor.hpp"
#include "cache/engine.hpp"
#include "config/load.hpp"
#include "fuzz/targets.hpp"
#include "proxy/api/list_request.hpp"

namespace polyglance::fuzz {
namespace {

constexpr std::string_view canary = "s3cr3t-canary";

const ApiSettings& settings()
{
    static const ApiSettings made{.cursors = CursorCodec(std::string(32, 'k'))};
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
        must(!request.error().code.empty(), "a refusal has a code");
        return;
    }
    must(request->limit >= 1 && request->limit <= settings().max_limit, "a page has a size within bounds");
    const auto again = parse_list_request(request->canonical, settings(), ids);
    must(again && again->canonical == request->canonical, "the canonical form means itself");

    static const auto snapshot = sample();
    static const SourceInfo info = [] {
        SourceInfo out;
        out.id = "a";
        out.provides = {"created_at", "name", "size_bytes", "status", "tags"};
        return out;
    }();
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
    const auto cursor = settings().cursors.decode(bytes, "question");
    must(!cursor || settings().cursors.encode(*cursor) == bytes, "only tokens of our own are taken");
}

void configuration(std::string_view bytes)
{
    const int file = memfd_create("configuration", 0);
    must(file >= 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "a file to read");
    ConfigInputs inputs;
    inputs.file = "/proc/self/fd/" + std::to_string(file);
    inputs.environment = {{"CANARY", std::string(canary)}};
    inputs.working_directory = "/nonexistent";
    const auto loaded = load_config(inputs);
    close(file);
    if (loaded) {
        must(!describe(*loaded).empty(), "a configuration can be shown");
        return;
    }
    must(!loaded.error().empty(), "a refusal has reasons");
    if (bytes.find(canary) == std::string_view::npos) {
        for (const auto& problem : loaded.error()) {
            must(problem.to_string().find(canary) == std::string::npos, "no message holds a secret");
        }
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
