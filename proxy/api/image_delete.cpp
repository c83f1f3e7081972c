#include <array>

#include "proxy/api/envelope.hpp"
#include "proxy/api/etag.hpp"
#include "proxy/api/image.hpp"
#include "proxy/api/image_address.hpp"
#include "proxy/api/json_members.hpp"
#include "proxy/api/locate_image.hpp"
#include "proxy/api/query_string.hpp"
#include "proxy/api/request_guard.hpp"

namespace polyglance {
namespace {

/// An answer and the word for it in the audit log.
struct Outcome {
    Response response;
    std::string word;
};

Outcome refused(const Problem& problem, const Request& request)
{
    return {problem_response(problem, request), problem.code};
}

/// The refusals that need no image, in the order of the contract.
std::optional<Problem> refuse_source(const ImageAddress& address, const Caller& caller)
{
    if (!address.info) {
        return no_such_source();
    }
    if (!address.info->can_delete) {
        return Problem{.code = "not_supported_by_source",
                       .detail = "The provider of this source cannot delete images.",
                       .allow = "GET, HEAD"};
    }
    if (!address.info->allow_delete) {
        return Problem{.code = "delete_disabled", .detail = "Deleting is not allowed on this source."};
    }
    if (!caller.delete_images) {
        return Problem{.code = "forbidden", .detail = "The token has no scope images:delete."};
    }
    return std::nullopt;
}

/// The refusals that depend on the image. Without any snapshot the cloud itself decides, unless the caller set a
/// condition that then cannot be checked.
std::optional<Problem> refuse_image(const LocatedImage& image, const Request& request, Instant now)
{
    const auto condition = request.header("If-Match");
    if (!image.row && (image.known_missing() || !condition.empty() || image.shown.state == SourceState::disabled)) {
        return image.missing_problem(now);
    }
    if (!condition.empty() && !etag_matches(condition, image.etag())) {
        return Problem{.code = "precondition_failed", .detail = "The image is not the one that If-Match names."};
    }
    if (image.row && image.snapshot->protected_row(*image.row)) {
        return Problem{.code = "image_protected", .detail = "The image is protected against deletion."};
    }
    return std::nullopt;
}

Outcome dry_run(ApiContext& context, const ImageAddress& address)
{
    std::string body = "{";
    append_member(body, "dry_run", true);
    append_member(body, "uid", address.uid);
    append_member(body, "source", address.source);
    append_member(body, "call", context.refresh.describe_remove(address.source, address.native_id));
    auto response = make_response(200, json_type, body + "}\n");
    response.add("Cache-Control", "no-store");
    return {std::move(response), "dry_run"};
}

std::string_view code_of(const Error& error)
{
    if (error.obstacle == Obstacle::is_protected) {
        return "image_protected";
    }
    if (error.obstacle == Obstacle::in_use) {
        return "image_in_use";
    }
    switch (error.error_class) {
    case ErrorClass::not_found:
        return "image_not_found";
    case ErrorClass::upstream_forbidden:
        return "upstream_forbidden";
    case ErrorClass::conflict:
        return "upstream_conflict";
    case ErrorClass::upstream_auth:
        return "upstream_auth";
    case ErrorClass::upstream_bad_request:
        return "upstream_bad_request";
    case ErrorClass::upstream_protocol:
    case ErrorClass::marker_gone:
        return "upstream_protocol";
    case ErrorClass::throttled:
        return "throttled";
    case ErrorClass::circuit_open:
        return "circuit_open";
    case ErrorClass::timeout:
        return "upstream_timeout";
    case ErrorClass::upstream_unavailable:
    case ErrorClass::overloaded:
    case ErrorClass::config:
        break;
    }
    return "source_unavailable";
}

Problem upstream_problem(const Error& error, const LocatedImage& image, Instant now)
{
    Problem out{.code = std::string(error.sent ? "outcome_unknown" : code_of(error)), .detail = error.message};
    if (out.code == "image_not_found") {
        return out;
    }
    out.sources_json = source_status_array({&image.shown, 1}, Matched::left_out);
    if (problem_kind(out.code).status == 503) {
        out.retry_after = error.retry_after ? *error.retry_after : retry_after({&image.shown, 1}, now);
    }
    return out;
}

Outcome after_removal(const Result<void>& removed, const LocatedImage& image, const Request& request, Instant now)
{
    if (!removed) {
        return refused(upstream_problem(removed.error(), image, now), request);
    }
    Response response;
    response.status = 204;
    response.add("Cache-Control", "no-store");
    return {std::move(response), "deleted"};
}

asio::awaitable<Outcome> delete_outcome(ApiContext& context, const ImageAddress& address, const Request& request)
{
    QueryReader query(request.query);
    const bool dry = query.flag("dry_run").value_or(false);
    auto problem = refuse_head(request, std::array{json_type});
    if (!problem) {
        problem = query.finish();
    }
    if (!problem) {
        problem = refuse_source(address, *request.caller);
    }
    if (problem) {
        co_return refused(*problem, request);
    }
    const Deadline deadline = request.received + context.settings.get()->wait;
    const auto image = co_await locate_image(context, address.source, address.native_id, {}, deadline);
    problem = refuse_image(image, request, context.clock.now());
    if (problem) {
        co_return refused(*problem, request);
    }
    if (dry) {
        co_return dry_run(context, address);
    }
    const auto removed = co_await context.refresh.remove(address.source, address.native_id);
    co_return after_removal(removed, image, request, context.clock.now());
}

} // namespace

asio::awaitable<Response> delete_image(ApiContext& context, const Request& request)
{
    const auto started = context.clock.steady_now();
    const auto address = ImageAddress::of(request, *context.hub.current());
    auto outcome = co_await delete_outcome(context, address, request);
    const auto took = context.clock.steady_now() - started;
    context.audit({.who = request.caller->name,
                   .peer = request.peer,
                   .source = address.source,
                   .uid = address.uid,
                   .request_id = request.request_id,
                   .outcome = outcome.word,
                   .took = std::chrono::duration_cast<std::chrono::milliseconds>(took)});
    co_return std::move(outcome.response);
}

} // namespace polyglance
