#include "proxy/http/dispatch.hpp"

#include "proxy/http/problem.hpp"

namespace polyglance {

Response Dispatcher::failed(const Request& request, std::string_view what) const
{
    observer_.handler_failed(request, what);
    return problem_response({.code = "internal", .detail = "Something went wrong here."}, request);
}

void Dispatcher::report(const Request& request, const Response& response, const Route* route) const
{
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady_now() - request.received);
    observer_.answered({.request = request,
                        .response = response,
                        .route = route != nullptr ? std::string_view(route->pattern) : std::string_view{},
                        .took = took});
}

std::optional<Response> Dispatcher::try_at_hand(const Route& route, Request& request) const
{
    try {
        if (!request.caller) { // who is asking is found out once per request
            if (const auto problem = admission_.admit(request, route.access)) {
                return problem_response(*problem, request);
            }
        }
        return route.at_hand ? route.at_hand(request) : std::nullopt;
    } catch (const std::exception& error) {
        return failed(request, error.what());
    } catch (...) {
        return failed(request, "unknown exception");
    }
}

std::optional<Response> Dispatcher::at_hand(Request& request) const
{
    const Route* const route = router_.match_literal(request.method, request.path, listener_);
    if (route == nullptr || !route->at_hand) {
        return std::nullopt;
    }
    auto response = try_at_hand(*route, request);
    if (response) {
        report(request, *response, route);
    }
    return response;
}

asio::awaitable<Response> Dispatcher::answer(const Route& route, Request& request) const
{
    if (auto ready = try_at_hand(route, request)) {
        co_return std::move(*ready);
    }
    std::string failure;
    try {
        co_return co_await route.handler(request);
    } catch (const std::exception& error) {
        failure = error.what();
    } catch (...) {
        failure = "unknown exception";
    }
    co_return failed(request, failure);
}

asio::awaitable<Response> Dispatcher::handle(Request& request) const
{
    auto match = router_.match(request.method, request.path, listener_);
    Response response;
    if (match.route != nullptr) {
        request.path_parameters = std::move(match.parameters);
        response = co_await answer(*match.route, request);
    } else if (match.allow.empty()) {
        response = problem_response({.code = "not_found", .detail = "There is nothing at this path."}, request);
    } else {
        response = problem_response({.code = "method_not_allowed",
                                     .detail = "This path does not take that method.",
                                     .allow = std::move(match.allow)},
                                    request);
    }
    report(request, response, match.route);
    co_return response;
}

} // namespace polyglance
