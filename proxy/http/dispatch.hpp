#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string_view>

#include "model/clock.hpp"
#include "proxy/http/message.hpp"
#include "proxy/http/router.hpp"

namespace polyglance {

/// One answered request, for the access log and the metrics.
struct ExchangeReport {
    const Request& request;
    const Response& response;
    std::string_view route; ///< the pattern; "" when none matched
    std::chrono::microseconds took;
};

/// Hears of every answer, on the front loop that gave it.
class FrontObserver {
public:
    virtual ~FrontObserver() = default;
    virtual void answered(const ExchangeReport& report) = 0;
    virtual void handler_failed(const Request& request, std::string_view what) = 0; ///< a bug
};

/// Leads a request to its route. Unknown paths, wrong methods and handlers that throw become problems.
class Dispatcher {
public:
    /// All of these outlive the dispatcher.
    Dispatcher(const Router& router, Audience listener, Admission& admission, FrontObserver& observer,
               const Clock& clock)
        : router_(router), listener_(listener), admission_(admission), observer_(observer), clock_(clock)
    {
    }

    /// The answer if it needs no waiting and no search for the route; empty otherwise. Never throws.
    std::optional<Response> at_hand(Request& request) const;
    /// The answer to a request for which nothing was at hand. `request` outlives it. Never throws.
    asio::awaitable<Response> handle(Request& request) const;

private:
    Response failed(const Request& request, std::string_view what) const;
    void report(const Request& request, const Response& response, const Route* route) const;
    /// A refusal, or what the route has at hand; empty when its handler must be asked.
    std::optional<Response> try_at_hand(const Route& route, Request& request) const;
    asio::awaitable<Response> answer(const Route& route, Request& request) const;

    const Router& router_;
    Audience listener_;
    Admission& admission_;
    FrontObserver& observer_;
    const Clock& clock_;
};

} // namespace polyglance
