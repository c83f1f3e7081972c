#include "adapters/auth/identity_client.hpp"

#include <algorithm>
#include <utility>

namespace polyglance {
namespace {

std::optional<Endpoint> endpoint_at(const std::string& url)
{
    std::string wrong;
    return parse_endpoint(url, wrong);
}

} // namespace

IdentityClient::IdentityClient(const std::string& auth_url, const AuthContext& context)
    : endpoint_(endpoint_at(auth_url)), context_(context)
{
}

asio::awaitable<Result<keystone::IssuedToken>> IdentityClient::log_in(std::string body, Deadline deadline)
{
    HttpRequest request;
    request.method = HttpMethod::post;
    request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
    request.body = std::move(body);
    const auto response = co_await send(std::move(request), "/auth/tokens", deadline);
    if (!response) {
        co_return std::unexpected(response.error());
    }
    co_return keystone::read_issued_token(*response, context_.clock.now());
}

asio::awaitable<Result<ServiceCatalogue>> IdentityClient::catalogue(Secret token, Deadline deadline)
{
    HttpRequest request;
    request.headers = {{"Accept", "application/json"}, {"X-Auth-Token", token.reveal()}};
    const auto response = co_await send(std::move(request), "/auth/catalog", deadline);
    if (!response) {
        co_return std::unexpected(response.error());
    }
    co_return keystone::read_catalogue(*response, context_.clock.now());
}

asio::awaitable<Result<HttpResponse>> IdentityClient::send(HttpRequest request, std::string path, Deadline deadline)
{
    if (!endpoint_) {
        co_return failure(ErrorClass::config, "auth_url is no usable URL");
    }
    request.endpoint = *endpoint_;
    request.target = keystone::target_of(*endpoint_, path);
    request.tls = context_.tls;
    request.allow_loopback = context_.allow_loopback;
    const Deadline limit = std::min(deadline, context_.clock.steady_now() + context_.request_timeout);
    const HttpLimits limits{.max_error_body_bytes = keystone::max_answer_bytes};
    auto response = co_await context_.http.send(std::move(request), limit, limits, nullptr);
    co_return response;
}

} // namespace polyglance
