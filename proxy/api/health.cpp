#include <fmt/format.h>

#include "proxy/api/envelope.hpp"
#include "proxy/api/query_string.hpp"
#include "proxy/api/service_pages.hpp"
#include "proxy/api/source_status.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {
namespace {

Response plain_text(int status, std::string text)
{
    auto response = make_response(status, "text/plain; charset=utf-8", std::move(text));
    response.add("Cache-Control", "no-store");
    return response;
}

std::string source_line(const CatalogSource& source, Instant now)
{
    const auto state = show_source(source, now).state;
    if (!source.status.fault) {
        return fmt::format("[+]source {} {}\n", source.info->id, to_string(state));
    }
    const auto& fault = *source.status.fault;
    return fmt::format("[-]source {} {} since {}\n", source.info->id, to_string(fault.error_class),
                       format_timestamp(fault.at));
}

std::string verbose_text(const ApiContext& context, const Readiness& readiness, const Caller& caller)
{
    std::string out;
    for (const auto& check : readiness.checks) {
        out += fmt::format("[{}]{} {}\n", check.ok ? '+' : '-', check.name, check.note);
    }
    const Instant now = context.clock.now();
    const auto catalog = context.hub.current();
    for (const auto& source : catalog->sources) {
        out += caller.sees(source.info->id) ? source_line(source, now) : "";
    }
    return out + (readiness.draining ? "draining\n" : readiness.ready ? "ready\n" : "not ready\n");
}

} // namespace

Response get_liveness(const ApiContext& context, const Request& request)
{
    if (context.alive()) {
        return plain_text(200, "ok\n");
    }
    return problem_response({.code = "overloaded", .detail = "An event loop has not answered for 5 s."}, request);
}

Response get_readiness(const ApiContext& context, const Request& request)
{
    const auto readiness = context.readiness();
    const bool ready = readiness.ready && !readiness.draining;
    if (QueryReader(request.query).one("verbose")) {
        auto response = plain_text(ready ? 200 : 503, verbose_text(context, readiness, *request.caller));
        response.add("Vary", vary); // callers see different sources
        return response;
    }
    if (ready) {
        return plain_text(200, "ok\n");
    }
    return problem_response({.code = readiness.draining ? "draining" : "not_ready",
                             .detail = "This replica takes no requests now.",
                             .retry_after = std::chrono::seconds{1}},
                            request);
}

} // namespace polyglance
