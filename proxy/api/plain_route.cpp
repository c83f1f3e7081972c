#include "proxy/api/plain_route.hpp"

#include "proxy/api/query_string.hpp"
#include "proxy/api/request_guard.hpp"

namespace polyglance {
namespace {

std::optional<Problem> refuse(const PlainRoute& plain, const Request& request)
{
    if (auto problem = refuse_head(request, plain.offers)) {
        return problem;
    }
    QueryReader query(request.query);
    for (const auto& parameter : plain.doc.parameters) {
        if (parameter.where == "query") {
            query.one(parameter.name);
        }
    }
    return query.finish();
}

} // namespace

Route plain_route(PlainRoute plain)
{
    Route route{.method = plain.method,
                .pattern = plain.pattern,
                .doc = plain.doc,
                .audience = plain.audience,
                .access = plain.access};
    route.at_hand = [plain = std::move(plain)](const Request& request) -> std::optional<Response> {
        const auto problem = refuse(plain, request);
        return problem ? problem_response(*problem, request) : plain.answer(request);
    };
    return route;
}

} // namespace polyglance
