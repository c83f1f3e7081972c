#include "tests/support/scripted_http_client.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace polyglance::test {

void ScriptedHttpClient::reply(int status, std::string body, HttpHeaders headers)
{
    queue_.push_back({HttpResponse{status, std::move(headers), std::move(body)}, std::nullopt});
}

void ScriptedHttpClient::fail(Error error)
{
    queue_.push_back({HttpResponse{}, std::move(error)});
}

void ScriptedHttpClient::reply_cut(int status, std::string body_so_far, Error error)
{
    queue_.push_back({HttpResponse{status, {}, std::move(body_so_far)}, std::move(error)});
}

void ScriptedHttpClient::release(std::size_t count)
{
    for (; count > 0 && !waiting_.empty(); --count) {
        waiting_.front()->cancel();
        waiting_.pop_front();
    }
}

void ScriptedHttpClient::release_all()
{
    holding_ = false;
    held_method_.reset();
    release(waiting_.size());
}

ScriptedHttpClient::Answer ScriptedHttpClient::next_answer(const HttpRequest& request)
{
    if (!queue_.empty()) {
        Answer answer = std::move(queue_.front());
        queue_.pop_front();
        return answer;
    }
    if (handler_) {
        auto answer = handler_(request);
        return answer ? Answer{std::move(*answer), std::nullopt} : Answer{{}, answer.error()};
    }
    ADD_FAILURE() << "nothing scripted for " << to_string(request.method) << ' ' << request.target;
    return {{}, Error{ErrorClass::upstream_unavailable, "nothing scripted"}};
}

Result<HttpResponse> ScriptedHttpClient::deliver(Answer answer, const HttpLimits& limits, BodySink* sink) const
{
    std::string& body = answer.response.body;
    if (sink != nullptr && answer.response.status == 200) {
        if (body.size() > limits.max_body_bytes) {
            return failure(ErrorClass::upstream_protocol, "the body is over the limit");
        }
        const std::size_t slice = std::clamp<std::size_t>(slice_bytes_, 1, 64UL << 10);
        for (std::size_t at = 0; at < body.size(); at += slice) {
            if (auto taken = sink->on_slice(std::string_view(body).substr(at, slice)); !taken) {
                return std::unexpected(taken.error());
            }
        }
        body.clear();
    }
    if (answer.error) {
        return std::unexpected(*answer.error);
    }
    body.resize(std::min(body.size(), limits.max_error_body_bytes));
    return std::move(answer.response);
}

asio::awaitable<Result<HttpResponse>> ScriptedHttpClient::send(HttpRequest request, Deadline deadline,
                                                               HttpLimits limits, BodySink* sink)
{
    const std::size_t index = calls_.size();
    const bool held = holding_ && held_method_.value_or(request.method) == request.method;
    calls_.push_back({std::move(request), deadline, limits, sink != nullptr});
    if (held) {
        const auto executor = co_await asio::this_coro::executor;
        auto gate = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
        waiting_.push_back(gate);
        boost::system::error_code released;
        co_await gate->async_wait(asio::redirect_error(asio::use_awaitable, released));
    }
    co_return deliver(next_answer(calls_[index].request), limits, sink);
}

} // namespace polyglance::test
