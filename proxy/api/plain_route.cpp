#include "proxy/api/plain_route.hpp"

#include <memory>

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

asio::awaitable<Response> answer(std::shared_ptr<const PlainRoute> plain, Request request)
{
    if (const auto problem = refuse(*plain, request)) {
        co_return problem_response(*problem, request);
    }
    co_return plain->answer(request);
}

} // namespace

Route plain_route(PlainRoute plain)
{
    Route route{plain.method, plain.pattern, nullptr, plain.doc, plain.audience};
    route.handler = [shared = std::make_shared<const PlainRoute>(std::move(plain))](Request request) {
        return answer(shared, std::move(request));
    };
    return route;
}

} // namespace polyglance
