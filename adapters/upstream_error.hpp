#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/http_client.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"
#include "model/image.hpp"
#include "model/json/tape.hpp"

namespace polyglance {

/// What a backend wrote about a failure, in its own words: for deciding only, never for showing.
struct BackendFault {
    std::string code; ///< "404", "APIGW.0301", "InvalidParameter.ImageId"; "" when it named none
    std::string message;
};

/// Finds the fault in a JSON document: Huawei's `error_code` pair first, then `code` and `message` (BatchCompute
/// capitalises them), then the first member that is an object with such a pair. Empty when there is none.
std::optional<BackendFault> fault_in(json::Value document);

/// The fault in an answer's body; a body that is no JSON, or JSON of another shape, is all message.
BackendFault read_fault(std::string_view body);

struct UpstreamCall {
    Provider provider;
    std::string_view marker; ///< the marker this call continued a list from; "" = none
    Instant now;             ///< what a `Retry-After` date is measured from
};

/// Names what an answer that is not the expected one means. The message is ours: it holds the status and nothing else
/// of the answer. `retry_after` is set for throttled and upstream_unavailable when the backend asked for it in
/// seconds or by date, at most an hour.
Error upstream_error(const HttpResponse& response, const UpstreamCall& call);

} // namespace polyglance
