#include "adapters/http/beast_client.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "adapters/http/connect.hpp"
#include "adapters/http/connection.hpp"
#include "adapters/http/connection_pool.hpp"
#include "adapters/http/exchange.hpp"
#include "adapters/http/request_head.hpp"
#include "adapters/http/resolver.hpp"
#include "adapters/http/tls_context.hpp"
#include "adapters/http/watchdog.hpp"

namespace polyglance {
namespace {

using Duration = std::chrono::steady_clock::duration;

/// Over all addresses of a host.
constexpr Duration connect_patience = std::chrono::seconds{3};

Error out_of_time(bool sent)
{
    return {.error_class = ErrorClass::timeout, .message = "the backend did not answer in time", .sent = sent};
}

class BeastHttpClient final : public HttpClient {
public:
    BeastHttpClient(asio::any_io_executor executor, const Clock& clock)
        : executor_(std::move(executor)), clock_(clock), resolver_(executor_, clock), pool_(clock)
    {
    }

    asio::awaitable<Result<HttpResponse>> send(HttpRequest request, Deadline deadline, HttpLimits limits,
                                               BodySink* sink) override
    {
        const Result<std::string> wire = write_request(request);
        if (!wire) {
            co_return std::unexpected(wire.error());
        }
        if (left_until(deadline) <= Duration::zero()) {
            co_return std::unexpected(out_of_time(false));
        }
        const ConnectionKey key{request.endpoint.tls, request.endpoint.host, request.endpoint.port,
                                request.tls.ca_file,  request.tls.verify,    request.allow_loopback};
        Watchdog watchdog(executor_, left_until(deadline));

        bool sent_before = false;
        if (auto kept = pool_.take(key)) {
            watchdog.guard(*kept);
            ExchangeOutcome outcome = co_await exchange(*kept, *wire, limits, sink);
            watchdog.unguard();
            if (watchdog.expired() || !was_stale(outcome, request.method)) {
                co_return settle(key, std::move(kept), std::move(outcome), watchdog.expired());
            }
            sent_before = outcome.response.error().sent;
        }

        Result<std::unique_ptr<Connection>> fresh = co_await open(request, deadline);
        if (!fresh) {
            fresh.error().sent = sent_before;
            co_return std::unexpected(fresh.error());
        }
        watchdog.guard(**fresh);
        Result<void> secured = co_await secure(**fresh, request.endpoint);
        if (!secured) {
            watchdog.unguard();
            secured.error().sent = sent_before;
            co_return std::unexpected(watchdog.expired() ? out_of_time(sent_before) : secured.error());
        }
        ExchangeOutcome outcome = co_await exchange(**fresh, *wire, limits, sink);
        watchdog.unguard();
        co_return settle(key, std::move(*fresh), std::move(outcome), watchdog.expired());
    }

private:
    Duration left_until(Deadline deadline) const { return deadline - clock_.steady_now(); }

    /// The backend had closed the kept connection before it saw this request.
    static bool was_stale(const ExchangeOutcome& outcome, HttpMethod method)
    {
        const bool repeatable = method == HttpMethod::get || (!outcome.response && !outcome.response.error().sent);
        return outcome.io_failed && !outcome.answered && repeatable;
    }

    asio::awaitable<Result<std::unique_ptr<Connection>>> open(const HttpRequest& request, Deadline deadline)
    {
        const Endpoint& endpoint = request.endpoint;
        std::shared_ptr<asio::ssl::context> context;
        if (endpoint.tls) {
            Result<std::shared_ptr<asio::ssl::context>> made = contexts_.context_for(request.tls);
            if (!made) {
                co_return std::unexpected(made.error());
            }
            context = *made;
        }
        const bool may_be_here = request.allow_loopback || endpoint.loopback();
        Result<TcpEndpoints> addresses =
            co_await resolver_.resolve(endpoint.host, endpoint.port, may_be_here, deadline);
        if (!addresses) {
            co_return std::unexpected(addresses.error());
        }
        const Duration patience = std::min(left_until(deadline), connect_patience);
        Result<asio::ip::tcp::socket> socket = co_await connect_any(executor_, *addresses, patience);
        if (left_until(deadline) <= Duration::zero()) {
            co_return std::unexpected(out_of_time(false));
        }
        if (!socket) {
            co_return std::unexpected(socket.error());
        }
        co_return context ? std::make_unique<Connection>(std::move(*socket), std::move(context))
                          : std::make_unique<Connection>(std::move(*socket));
    }

    static asio::awaitable<Result<void>> secure(Connection& connection, const Endpoint& endpoint)
    {
        if (!endpoint.tls) {
            co_return Result<void>{};
        }
        co_return co_await connection.handshake(endpoint.host);
    }

    Result<HttpResponse> settle(const ConnectionKey& key, std::unique_ptr<Connection> connection,
                                ExchangeOutcome outcome, bool expired)
    {
        if (expired && outcome.io_failed) {
            return std::unexpected(out_of_time(outcome.response.error().sent));
        }
        if (outcome.reusable && !expired) {
            pool_.put(key, std::move(connection));
        }
        return std::move(outcome.response);
    }

    asio::any_io_executor executor_;
    const Clock& clock_;
    TlsContexts contexts_;
    Resolver resolver_;
    ConnectionPool pool_;
};

} // namespace

std::unique_ptr<HttpClient> make_http_client(asio::any_io_executor executor, const Clock& clock)
{
    return std::make_unique<BeastHttpClient>(std::move(executor), clock);
}

} // namespace polyglance
