#include "proxy/http/dispatch.hpp"

#include "proxy/http/problem.hpp"

namespace polyglance {

asio::awaitable<Response> Dispatcher::answer(const Route& route, Request request) const
{
    std::string failure;
    try {
        co_return co_await route.handler(request);
    } catch (const std::exception& error) {
        failure = error.what();
    } catch (...) {
        failure = "unknown exception";
    }
    observer_.handler_failed(request, failure);
    co_return problem_response({.code = "internal", .detail = "Something went wrong here."}, request);
}

asio::awaitable<Response> Dispatcher::handle(Request request) const
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
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady_now() - request.received);
    observer_.answered({.request = request,
                        .response = response,
                        .route = match.route != nullptr ? std::string_view(match.route->pattern) : std::string_view{},
                        .took = took});
    co_return response;
}

} // namespace polyglance
