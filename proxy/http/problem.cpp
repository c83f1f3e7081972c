#include "proxy/http/problem.hpp"

#include <algorithm>
#include <array>

#include "model/json/write.hpp"

namespace polyglance {
namespace {

constexpr bool again = true; // the same request may work later
constexpr bool never = false;

constexpr std::array kinds{
    ProblemKind{"unknown_parameter", 400, "Unknown query parameter", never,
                "A query parameter is not one of this path. A filter that is silently ignored would show images that "
                "the caller excluded, so it is refused; `errors` names each one and, when near, the right name."},
    ProblemKind{"repeated_parameter", 400, "Repeated query parameter", never,
                "A parameter that takes one value was given more than once. Only `tag` may be repeated."},
    ProblemKind{"invalid_value", 400, "Invalid parameter value", never,
                "A parameter has a value outside its type or bounds; `errors` says what was expected."},
    ProblemKind{"invalid_operator", 400, "Invalid filter operator", never,
                "The filter operator does not exist, or does not fit the type of the field."},
    ProblemKind{"unsortable_field", 400, "Field cannot be sorted by", never,
                "A key of `sort` is not a field, or a field that has no order."},
    ProblemKind{"unknown_source", 400, "Unknown source", never,
                "`source` names a source that is not configured. /v1/sources lists them."},
    ProblemKind{"page_token_invalid", 400, "Invalid page token", never,
                "The page token was not made by this service, or was changed. Start again without it."},
    ProblemKind{"page_token_mismatch", 400, "Page token of another list", never,
                "The page token belongs to a list with other parameters. Only `limit` may change between pages."},
    ProblemKind{"bad_request", 400, "Bad request", never, "The request is not valid HTTP, or not valid for this path."},
    ProblemKind{"unexpected_body", 400, "Unexpected body", never, "This method takes no body."},
    ProblemKind{"conflicting_credentials", 400, "Conflicting credentials", never,
                "Authorization and X-Auth-Token carry different tokens. Send one, or the same in both."},
    ProblemKind{"unauthenticated", 401, "Credentials needed", never, "The request needs a valid token."},
    ProblemKind{"token_expired", 401, "Token expired", never, "The token was valid once. Get a new one."},
    ProblemKind{"forbidden", 403, "Forbidden", never, "The caller is known but may not do this."},
    ProblemKind{"delete_disabled", 403, "Deleting is switched off", never,
                "The operator has not allowed deletions on this source (`allow_delete`)."},
    ProblemKind{"upstream_forbidden", 403, "The cloud does not allow it", never,
                "The cloud knows our credentials but does not let them do this."},
    ProblemKind{"not_found", 404, "No such path", never, "Nothing is served at this path."},
    ProblemKind{"image_not_found", 404, "No such image", never,
                "The source has answered and has no image of that uid."},
    ProblemKind{"source_not_found", 404, "No such source", never, "No source of that id is configured."},
    ProblemKind{"method_not_allowed", 405, "Method not allowed", never,
                "The path exists, but not for this method; `Allow` lists those it has."},
    ProblemKind{"not_supported_by_source", 405, "Not supported by the source", never,
                "The provider of this source has no such operation."},
    ProblemKind{"not_acceptable", 406, "No acceptable form", never,
                "The answer exists in none of the forms that `Accept` asks for."},
    ProblemKind{"request_timeout", 408, "Request too slow", again, "The request did not arrive in time."},
    ProblemKind{"image_protected", 409, "Image is protected", never,
                "The image is protected against deletion. Lift the protection in its cloud first."},
    ProblemKind{"image_in_use", 409, "Image is in use", never, "The cloud refuses to delete an image in use."},
    ProblemKind{"upstream_conflict", 409, "The cloud refuses in this state", never,
                "The state of the image in its cloud does not allow this."},
    ProblemKind{"generation_gone", 410, "Generation is gone", never,
                "That state of the catalogue is no longer kept. Start from the present one."},
    ProblemKind{"precondition_failed", 412, "Precondition failed", never,
                "The image is not the one that `If-Match` names any more. Read it again, then decide."},
    ProblemKind{"body_too_large", 413, "Body too large", never, "The request body is larger than allowed."},
    ProblemKind{"uri_too_long", 414, "URL too long", never, "The request target is longer than 8 KiB."},
    ProblemKind{"rate_limited", 429, "Too many requests", again,
                "The caller has used up its share. `Retry-After` says when to come again."},
    ProblemKind{"headers_too_large", 431, "Header block too large", never, "The request headers exceed 16 KiB."},
    ProblemKind{"internal", 500, "Internal error", again,
                "Something went wrong on our side. The log has the cause under the request id."},
    ProblemKind{"upstream_auth", 502, "The cloud refused our credentials", never,
                "The credentials configured for that source were refused. The operator must renew them."},
    ProblemKind{"upstream_protocol", 502, "The cloud's answer was not understood", again,
                "The cloud answered outside its documented interface."},
    ProblemKind{"upstream_bad_request", 502, "The cloud refused our request", never,
                "The cloud called the request that we made malformed."},
    ProblemKind{"all_sources_failed", 502, "No source could answer", again,
                "Every selected source failed and none has earlier data; `sources` says why, one by one."},
    ProblemKind{"all_sources_failed", 504, "No source answered in time", again,
                "Every selected source failed, at least one by being too slow; `sources` says why, one by one."},
    ProblemKind{"all_sources_failed", 503, "No source can answer yet", again,
                "Every selected source is still starting, throttled or resting after failures. `Retry-After` says when "
                "the next one is tried."},
    ProblemKind{"source_unavailable", 503, "Source unavailable", again,
                "The source has not answered and nothing is cached that could answer for it."},
    ProblemKind{"circuit_open", 503, "Source is resting", again,
                "The source failed so often that it is not asked for a while."},
    ProblemKind{"throttled", 503, "The cloud asks us to slow down", again,
                "The cloud limits how often it may be asked. `Retry-After` says when to come again."},
    ProblemKind{"incomplete", 503, "List is not complete", again,
                "The caller asked with `on_partial` for a complete or fresh list, and it is not; `sources` says why."},
    ProblemKind{"overloaded", 503, "Overloaded", again, "More is asked at once than this replica may take on."},
    ProblemKind{"draining", 503, "Shutting down", again, "This replica is about to stop. Another one will answer."},
    ProblemKind{"not_ready", 503, "Not ready", again, "This replica has just started and has nothing to show yet."},
    ProblemKind{"upstream_timeout", 504, "The cloud was too slow", again, "The cloud did not answer in time."},
    ProblemKind{"not_cached", 504, "Not in the cache", again,
                "The caller asked for cached data only, and the answer would need a call to a cloud."},
    ProblemKind{"outcome_unknown", 504, "Outcome unknown", again,
                "The call was sent to the cloud and cut before its answer. It may have been carried out; repeating it "
                "does no harm."},
};

/// Adds `"key":"value"`. Text that is not UTF-8 (a raw path may be anything) is left out.
void append_text(std::string& out, std::string_view key, std::string_view value)
{
    if (value.empty() || !json::valid_utf8(value)) {
        return;
    }
    json::append_key(out, key);
    json::append_quoted(out, value);
}

void append_item(std::string& out, const ProblemItem& item)
{
    out += '{';
    append_text(out, "parameter", item.parameter);
    append_text(out, "code", item.code);
    append_text(out, "detail", item.detail);
    append_text(out, "did_you_mean", item.did_you_mean);
    out += '}';
}

void append_items(std::string& out, const std::vector<ProblemItem>& items)
{
    if (items.empty()) {
        return;
    }
    json::append_key(out, "errors");
    out += '[';
    for (const auto& item : items) {
        out += out.back() == '[' ? "" : ",";
        append_item(out, item);
    }
    out += ']';
}

std::string problem_body(const Problem& problem, const ProblemKind& kind, const Request& request)
{
    std::string out = "{";
    append_text(out, "type", "/problems/" + std::string(kind.code));
    append_text(out, "title", kind.title);
    out += ",\"status\":" + std::to_string(kind.status);
    append_text(out, "detail", problem.detail);
    append_text(out, "instance", request.path);
    append_text(out, "code", kind.code);
    append_items(out, problem.errors);
    out += kind.retryable ? ",\"retryable\":true" : ",\"retryable\":false";
    append_text(out, "request_id", request.request_id);
    if (!problem.sources_json.empty()) {
        out += ",\"sources\":" + problem.sources_json;
    }
    return out + "}\n";
}

} // namespace

std::span<const ProblemKind> problem_kinds()
{
    return kinds;
}

const ProblemKind& problem_kind(std::string_view code, int status)
{
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const ProblemKind& kind) {
        return kind.code == code && (status == 0 || kind.status == status);
    });
    return found != kinds.end() ? *found : problem_kind("internal");
}

Response problem_response(const Problem& problem, const Request& request)
{
    const auto& kind = problem_kind(problem.code, problem.status);
    auto response = make_response(kind.status, "application/problem+json", problem_body(problem, kind, request));
    response.add("Cache-Control", kind.code == "image_not_found" ? "private, max-age=5" : "no-store");
    response.add("Vary", "Accept, Accept-Encoding, Authorization, X-Auth-Token");
    if (kind.status == 401) {
        response.add("WWW-Authenticate", "Bearer");
    }
    if (!problem.allow.empty()) {
        response.add("Allow", problem.allow);
    }
    if (problem.retry_after) {
        response.add("Retry-After", std::to_string(problem.retry_after->count()));
    }
    return response;
}

} // namespace polyglance
