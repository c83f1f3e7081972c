#include "adapters/upstream_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "adapters/http/retry_after.hpp"

namespace polyglance {
namespace {

struct PairNames {
    std::string_view code, message;
};
constexpr std::array<PairNames, 4> pair_names{
    {{"error_code", "error_msg"}, {"code", "message"}, {"Code", "Message"}, {"ErrorCode", "Message"}}};

std::optional<BackendFault> pair_in(json::Value object)
{
    for (const auto& names : pair_names) {
        const auto code = object.find(names.code);
        const auto message = object.find(names.message);
        if (code && message) {
            return BackendFault{std::string(code->text()), std::string(message->text())};
        }
    }
    return std::nullopt;
}

bool holds_any(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.starts_with(word); });
}

ErrorClass class_of_status(int status)
{
    switch (status) {
    case 300:
        return ErrorClass::config; // OpenStack's list of versions: the path is not the service's
    case 401:
        return ErrorClass::upstream_auth;
    case 403:
        return ErrorClass::upstream_forbidden;
    case 404:
        return ErrorClass::not_found;
    case 408:
        return ErrorClass::upstream_unavailable;
    case 409:
        return ErrorClass::conflict;
    case 413:
    case 429:
        return ErrorClass::throttled;
    default:
        break;
    }
    if (status >= 500) {
        return ErrorClass::upstream_unavailable;
    }
    return status >= 400 ? ErrorClass::upstream_bad_request : ErrorClass::upstream_protocol;
}

/// Huawei's gateway stands in front of Nova and Glance there too. It answers one code with many statuses, so the status
/// decides but where the gateway gives a status a meaning of its own.
std::optional<ErrorClass> class_of_gateway_code(std::string_view code, int status)
{
    if (status == 405 && code.starts_with("APIGW.05")) {
        return ErrorClass::upstream_forbidden; // quota used up, application frozen
    }
    if (status == 413 && code.starts_with("APIGW.0201")) {
        return ErrorClass::upstream_bad_request; // request too large, not asked too often
    }
    return std::nullopt;
}

/// BatchCompute answers 400 and 403 for almost everything; its codes tell more.
std::optional<ErrorClass> class_of_batchcompute_code(std::string_view code, int status)
{
    if (status < 500 && holds_any(code, {"Signature", "AccessKey", "Auth", "Date", "Token"})) {
        return ErrorClass::upstream_auth;
    }
    if (code == "InvalidResource.NotFound") {
        return ErrorClass::not_found;
    }
    if (starts_with_any(code, {"Throttling", "TooManyRequests"})) {
        return ErrorClass::throttled;
    }
    if (starts_with_any(code, {"Invalid", "Missing", "MethodNotAllowed"})) {
        return ErrorClass::upstream_bad_request;
    }
    if (starts_with_any(code, {"Forbidden", "QuotaExhausted"})) {
        return ErrorClass::upstream_forbidden;
    }
    if (code == "StateConflict") {
        return ErrorClass::conflict;
    }
    return code == "InternalError" ? std::optional(ErrorClass::upstream_unavailable) : std::nullopt;
}

ErrorClass class_of(int status, const BackendFault& fault, const UpstreamCall& call)
{
    const bool refusal = status == 400 || status == 403 || status == 404;
    if (refusal && !call.marker.empty() && fault.message.find(call.marker) != std::string::npos) {
        return ErrorClass::marker_gone;
    }
    // Nova hides Glance's "409, in use" in a 500 that only names the exception.
    if (call.provider == Provider::nova && status == 500 && holds_any(fault.message, {"HTTPConflict", "in use"})) {
        return ErrorClass::conflict;
    }
    const auto by_code = call.provider == Provider::batchcompute ? class_of_batchcompute_code(fault.code, status)
                                                                 : class_of_gateway_code(fault.code, status);
    return by_code.value_or(class_of_status(status));
}

std::string message_for(ErrorClass error_class, int status)
{
    if (error_class == ErrorClass::marker_gone) {
        return fmt::format("{} from the backend: the image its list was to go on from is gone", status);
    }
    if (error_class == ErrorClass::config) {
        return fmt::format("{} from the backend: a list of API versions, so the endpoint's path is wrong", status);
    }
    if (status >= 300 && status < 400) {
        return fmt::format("{} from the backend: redirects are not followed", status);
    }
    return fmt::format("{} from the backend", status);
}

} // namespace

std::optional<BackendFault> fault_in(json::Value document)
{
    if (auto fault = pair_in(document)) {
        return fault;
    }
    if (!document.is(json::Kind::object)) {
        return std::nullopt;
    }
    for (const json::Value member : document) {
        if (auto fault = pair_in(member)) {
            return fault;
        }
    }
    return std::nullopt;
}

BackendFault read_fault(std::string_view body)
{
    if (const auto document = json::Tape::parse(body)) {
        if (auto fault = fault_in(document->root())) {
            return *fault;
        }
    }
    return {"", std::string(body)};
}

Error upstream_error(const HttpResponse& response, const UpstreamCall& call)
{
    const auto error_class = class_of(response.status, read_fault(response.body), call);
    Error error{error_class, message_for(error_class, response.status)};
    if (error_class == ErrorClass::throttled || error_class == ErrorClass::upstream_unavailable) {
        error.retry_after = read_retry_after(find_header(response.headers, "Retry-After"), call.now);
    }
    return error;
}

} // namespace polyglance
