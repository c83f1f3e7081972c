#include "proxy/api/list_page.hpp"

#include <numeric>

#include "cache/engine.hpp"
#include "proxy/api/envelope.hpp"
#include "proxy/api/etag.hpp"
#include "proxy/api/json_members.hpp"

namespace polyglance {
namespace {

/// A page that has come to so many bytes ends, whatever its limit: a cloud may give an image a megabyte of text, and
/// a thousand of them are no answer. Ordinary pages stay far below.
constexpr std::size_t full_page_bytes = 8UL << 20;

std::vector<QuerySource> query_sources(const std::vector<ShownSource>& shown)
{
    std::vector<QuerySource> out;
    for (const auto& source : shown) {
        const bool read = source.state != SourceState::skipped;
        out.push_back({read ? served_snapshot(*source.source) : nullptr, source.source->info.get()});
    }
    return out;
}

std::string_view skip_reason(const SourceInfo& info, const Query& query)
{
    const bool unprovided = query.unknown == UnknownPolicy::exclude && !fields_not_provided(info, query).empty();
    return unprovided ? "field_not_provided" : "filter_unsatisfiable";
}

void append_number(std::string& out, std::int64_t number)
{
    out.append(std::to_string(number)).append(1, ';');
}

void append_time_key(std::string& out, const std::optional<Instant>& time)
{
    append_number(out, time ? time->time_since_epoch().count() : -1);
}

/// The images of `rows`, as many of them as fit a page; at least one. Returns how many.
std::size_t append_images(std::string& out, const PagePlan& plan, const std::vector<ShownSource>& shown,
                          const std::vector<RowRef>& rows)
{
    out += "\"images\":[";
    std::string record;
    std::size_t count = 0;
    for (; count < rows.size() && out.size() < full_page_bytes; ++count) {
        out += count == 0 ? "" : ",";
        const auto& snapshot = *shown[rows[count].source].source->snapshot;
        record.clear();
        const auto basic = snapshot.append_record(record, rows[count].row);
        append_projected(out, record, basic, plan.request.projection);
    }
    out += ']';
    return count;
}

void append_total(std::string& out, const std::vector<ShownSource>& shown, const QueryResult& result, bool counted)
{
    if (!counted) {
        append_member(out, "total", std::optional<std::size_t>{});
        append_member(out, "total_is", "none");
        return;
    }
    append_member(out, "total", std::accumulate(result.matched.begin(), result.matched.end(), std::size_t{0}));
    append_member(out, "total_is", is_complete(shown) ? "exact" : "lower_bound");
}

void append_page(std::string& out, const PagePlan& plan, const std::vector<ShownSource>& shown,
                 const QueryResult& result, const std::optional<std::string>& next)
{
    json::append_key(out, "page");
    out += '{';
    append_member(out, "limit", plan.request.limit);
    append_member(out, "returned", result.rows.size());
    append_member(out, "next_page_token", next);
    append_total(out, shown, result, plan.request.count);
    if (plan.generation_changed) {
        append_member(out, "generation_changed", true);
    }
    out += '}';
}

void append_warnings(std::string& out, const Query& query, const std::vector<ShownSource>& shown)
{
    json::append_key(out, "warnings");
    out += '[';
    for (const auto& source : shown) {
        for (const auto field : fields_not_provided(*source.source->info, query)) {
            out += out.back() == '[' ? "{" : ",{";
            append_member(out, "code", "field_not_provided");
            append_member(out, "source", source.source->info->id);
            append_member(out, "field", traits_of(field).name);
            out += '}';
        }
    }
    out += ']';
}

std::optional<std::string> next_link(const PagePlan& plan, const std::optional<std::string>& next)
{
    return next ? std::optional(plan.request.link(*next)) : std::nullopt;
}

void append_links(std::string& out, const PagePlan& plan, const std::optional<std::string>& next)
{
    json::append_key(out, "links");
    out += '{';
    append_member(out, "self", plan.request.link(plan.request.page_token));
    append_member(out, "first", plan.request.link(""));
    append_member(out, "next", next_link(plan, next));
    out += '}';
}

std::string link_header(const PagePlan& plan, const std::optional<std::string>& next)
{
    const auto target = next_link(plan, next);
    std::string out = target ? link_value(*target, "next") + ", " : "";
    out += link_value(plan.request.link(""), "first");
    return out + ", " + link_value(plan.request.prefix + "/v1/schemas/images", "describedby");
}

std::shared_ptr<const ReadyPage> finish_page(std::string body, const std::string& link,
                                             const std::vector<ShownSource>& shown, std::string_view visibility)
{
    const auto etag = make_etag(body, visibility);
    auto response = make_response(200, "application/json", std::move(body));
    Response not_modified;
    for (auto* part : {&response, &not_modified}) {
        part->add("ETag", etag);
        part->add("Vary", vary);
        part->add("Source-Status", source_status_header(shown));
    }
    response.add("Link", link);
    return std::make_shared<const ReadyPage>(
        ReadyPage{std::make_shared<const std::string>(std::move(response.head)),
                  std::make_shared<const std::string>(std::move(not_modified.head)), etag, std::move(response.body)});
}

} // namespace

std::vector<ShownSource> show_sources(const PagePlan& plan, Instant now)
{
    std::vector<ShownSource> out;
    std::vector<QuerySource> asked;
    for (const auto& source : plan.catalog->sources) {
        if (plan.caller->sees(source.info->id) && plan.request.selection.picks(*source.info)) {
            out.push_back(show_source(source, now));
            asked.push_back({nullptr, source.info.get()});
        }
    }
    // Whether a filter can match at all shows from what a source provides, without reading a row.
    const auto result = run_query(asked, plan.request.query, std::nullopt, 0, false);
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (!result.satisfiable[i] && out[i].state != SourceState::disabled) {
            out[i].state = SourceState::skipped;
            out[i].reason = skip_reason(*out[i].source->info, plan.request.query);
        }
    }
    return out;
}

std::string page_key(const PagePlan& plan, const std::vector<ShownSource>& shown)
{
    std::string out = plan.caller->visibility + '\n' + plan.request.link(plan.request.page_token) + '\n' +
                      plan.catalog->generation + '\n';
    for (const auto& source : shown) {
        const auto& status = source.source->status;
        append_number(out, static_cast<int>(source.state));
        append_time_key(out, status.fetched_at);
        append_time_key(out, status.expires_at);
        if (status.fault) {
            append_number(out, static_cast<int>(status.fault->error_class));
            append_number(out, status.fault->attempts);
            append_time_key(out, status.fault->at);
            append_time_key(out, status.fault->next_try_at);
            out += status.fault->message;
        }
        out += '\n';
    }
    return out;
}

bool takes_long(const PagePlan& plan, const std::vector<ShownSource>& shown)
{
    constexpr std::size_t most_rows = 2'000; // some milliseconds
    return rows_to_index(query_sources(shown), plan.request.query) > most_rows;
}

std::shared_ptr<const ReadyPage> make_page(const PagePlan& plan, std::vector<ShownSource> shown,
                                           const CursorCodec& cursors)
{
    const auto sources = query_sources(shown);
    auto result = run_query(sources, plan.request.query, plan.after, plan.request.limit, plan.request.count);
    std::string body = "{";
    const auto fitting = append_images(body, plan, shown, result.rows);
    if (fitting < result.rows.size()) { // once more, for the place at which the next page begins
        result = run_query(sources, plan.request.query, plan.after, fitting, plan.request.count);
    }
    for (std::size_t i = 0; i < result.matched.size(); ++i) {
        const bool known = sources[i].snapshot != nullptr || shown[i].state == SourceState::skipped;
        shown[i].matched = known ? std::optional(result.matched[i]) : std::nullopt;
    }
    std::optional<std::string> next;
    if (result.next) {
        next = cursors.encode({*result.next, plan.catalog->generation, plan.question});
    }

    append_page(body, plan, shown, result, next);
    append_member(body, "complete", is_complete(shown));
    append_member(body, "generation", plan.catalog->generation);
    json::append_key(body, "sources");
    body += source_status_array(shown, Matched::shown);
    append_warnings(body, plan.request.query, shown);
    append_links(body, plan, next);
    body += "}\n";
    body.shrink_to_fit();
    return finish_page(std::move(body), link_header(plan, next), shown, plan.caller->visibility);
}

} // namespace polyglance
