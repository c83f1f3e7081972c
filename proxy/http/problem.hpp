#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/message.hpp"

namespace polyglance {

/// One fault of a request, as listed in `errors` of a problem.
struct ProblemItem {
    std::string parameter;
    std::string code;
    std::string detail;
    std::string did_you_mean{}; ///< "" = none
};

/// An error answer (RFC 9457, application/problem+json): the only error type of the HTTP side. Status and title come
/// from the code's row in the table, so that no handler invents one.
struct Problem {
    std::string code;     ///< a code of `problem_kinds()`
    int status = 0;       ///< picks the row of a code that has several; 0 = its first
    std::string detail{}; ///< for people; never holds backend text, hosts, tokens or paths
    std::vector<ProblemItem> errors{};
    std::optional<std::chrono::seconds> retry_after{}; ///< sent as Retry-After
    std::string allow{};                               ///< sent as Allow (405)
    std::string sources_json{};                        ///< JSON array for the `sources` member; "" = none
};

/// What a code means, once and for all (unified API 6). One code, all_sources_failed, has three rows.
struct ProblemKind {
    std::string_view code;
    int status;
    std::string_view title;
    bool retryable;
    std::string_view meaning; ///< one or two sentences for /problems/{code}
};
std::span<const ProblemKind> problem_kinds();
/// The row of that code and status (0 = its first row); the row of "internal" when there is none.
const ProblemKind& problem_kind(std::string_view code, int status = 0);

/// The answer to `request`. Cache-Control is no-store, but an image that is not there is remembered for 5 s.
Response problem_response(const Problem& problem, const Request& request);

} // namespace polyglance
