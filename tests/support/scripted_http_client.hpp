#pragma once

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/http/http_client.hpp"

namespace polyglance::test {

/// An `HttpClient` that answers from a script and remembers what it was asked. It keeps the port's promises (bodies of
/// a 200 go to the sink in slices, limits hold) but knows no time: a deadline never passes here, script a `fail`.
/// A request without an answer fails the test.
class ScriptedHttpClient final : public HttpClient {
public:
    using Handler = std::function<Result<HttpResponse>(const HttpRequest&)>;

    struct Call {
        HttpRequest request;
        Deadline deadline;
        HttpLimits limits;
        bool with_sink = false;
    };

    /// Queues one answer; answers are used in order.
    void reply(int status, std::string body = {}, HttpHeaders headers = {});
    /// Queues a failure instead of an answer.
    void fail(Error error);
    void fail(ErrorClass error_class) { fail(Error{error_class, "scripted"}); }
    /// Queues an answer that breaks: the sink gets `body_so_far`, then the exchange ends in `error`.
    void reply_cut(int status, std::string body_so_far, Error error);
    /// Answers every request for which nothing is queued.
    void answer_with(Handler handler) { handler_ = std::move(handler); }

    /// Bytes per call of the sink; everything at once by default, never more than 64 KiB.
    void set_slice_bytes(std::size_t bytes) { slice_bytes_ = bytes; }

    /// From now on requests are recorded but their answers wait. The answer is chosen when it is released.
    void hold() { holding_ = true; }
    /// The same for requests of one method only.
    void hold(HttpMethod only)
    {
        holding_ = true;
        held_method_ = only;
    }
    /// Lets the oldest `count` waiting answers go; requests to come still wait.
    void release(std::size_t count);
    /// Lets all waiting answers go and stops holding.
    void release_all();
    std::size_t waiting() const { return waiting_.size(); }

    const std::vector<Call>& calls() const { return calls_; }
    const HttpRequest& request(std::size_t index) const { return calls_.at(index).request; }

    asio::awaitable<Result<HttpResponse>> send(HttpRequest request, Deadline deadline, HttpLimits limits,
                                               BodySink* sink) override;

private:
    struct Answer {
        HttpResponse response;
        std::optional<Error> error;
    };
    Answer next_answer(const HttpRequest& request);
    Result<HttpResponse> deliver(Answer answer, const HttpLimits& limits, BodySink* sink) const;

    std::deque<Answer> queue_;
    Handler handler_;
    std::vector<Call> calls_;
    std::deque<std::shared_ptr<asio::steady_timer>> waiting_;
    bool holding_ = false;
    std::optional<HttpMethod> held_method_; ///< empty: all
    std::size_t slice_bytes_ = std::numeric_limits<std::size_t>::max();
};

} // namespace polyglance::test
