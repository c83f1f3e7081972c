#include "proxy/api/sources.hpp"

#include <algorithm>

#include "proxy/api/document.hpp"
#include "proxy/api/envelope.hpp"
#include "proxy/api/json_members.hpp"
#include "proxy/api/request_guard.hpp"

namespace polyglance {
namespace {

using std::chrono::seconds;

void append_operations(std::string& out, const SourceInfo& info)
{
    json::append_key(out, "operations");
    out += '{';
    append_member(out, "list", true);
    append_member(out, "get", true);
    append_member(out, "delete", info.can_delete && info.allow_delete);
    out += '}';
}

void append_source(std::string& out, const CatalogSource& source, Instant now)
{
    const auto& info = *source.info;
    const auto& status = source.status;
    out += '{';
    append_member(out, "id", info.id);
    append_member(out, "provider", to_string(info.provider));
    append_member(out, "title", info.title);
    append_member(out, "region", info.region);
    append_member(out, "state", to_string(show_source(source, now).state));
    append_member(out, "count", image_count(source));
    append_member(out, "rows_rejected", status.rows_rejected);
    append_member(out, "ttl_s", std::chrono::ceil<seconds>(info.ttl).count());
    append_member(out, "min_refresh_s", std::chrono::ceil<seconds>(info.min_refresh).count());
    append_member(out, "fetched_at", status.fetched_at);
    append_member(out, "expires_at", status.expires_at);
    json::append_key(out, "last_error");
    append_fault(out, status.fault);
    append_member(out, "circuit", to_string(status.circuit));
    append_texts(out, "provides", info.provides);
    append_operations(out, info);
    out += '}';
}

/// The source that the path names; null when there is none, or none for this caller.
const CatalogSource* asked_source(const Catalog& catalog, const Request& request)
{
    const auto id = request.path_parameter("id");
    return request.caller->sees(id) ? catalog.find(id) : nullptr;
}

Response no_source(const Request& request)
{
    return problem_response({.code = "source_not_found", .detail = "No source of that id is configured."}, request);
}

} // namespace

Response list_sources(const ApiContext& context, const Request& request)
{
    const auto catalog = context.hub.current();
    const Instant now = context.clock.now();
    std::string body = "{\"sources\":[";
    for (const auto& source : catalog->sources) {
        if (!request.caller->sees(source.info->id)) {
            continue;
        }
        body += body.back() == '[' ? "" : ",";
        append_source(body, source, now);
    }
    body += "]}\n";
    return document_response(request, json_type, std::move(body), short_lived);
}

Response get_source(const ApiContext& context, const Request& request)
{
    const auto catalog = context.hub.current();
    const auto* source = asked_source(*catalog, request);
    if (source == nullptr) {
        return no_source(request);
    }
    std::string body;
    append_source(body, *source, context.clock.now());
    body += '\n';
    return document_response(request, json_type, std::move(body), short_lived);
}

Response refresh_source(ApiContext& context, const Request& request)
{
    const auto catalog = context.hub.current();
    const auto* source = asked_source(*catalog, request);
    if (source == nullptr) {
        return no_source(request);
    }
    if (!request.caller->refresh_sources) {
        return problem_response({.code = "forbidden", .detail = "The token has no scope sources:refresh."}, request);
    }
    if (!context.refresh.request_refresh(source->info->id)) {
        return problem_response({.code = "source_unavailable",
                                 .detail = "The source is switched off by configuration.",
                                 .retry_after = seconds{60}},
                                request);
    }
    std::string body;
    append_source(body, *source, context.clock.now());
    auto response = make_response(202, json_type, body + '\n');
    response.add("Cache-Control", "no-store");
    const auto wait = std::max(std::chrono::ceil<seconds>(source->info->min_refresh), seconds{1});
    response.add("Retry-After", std::to_string(wait.count()));
    return response;
}

} // namespace polyglance
