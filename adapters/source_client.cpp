#include "adapters/source_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "adapters/fair_semaphore.hpp"
#include "adapters/http/resolver.hpp"

namespace polyglance {
namespace {

/// An answer kept whole (a schema, an error) may be this long.
constexpr std::size_t max_kept_body = 1UL << 20;

/// Signatures carry the time, and gateways refuse them when it is off by 15 minutes.
constexpr std::chrono::minutes suspicious_skew{5};

bool has_catalogue(const AuthConfig& auth)
{
    const bool asks_identity = auth.type == AuthType::password || auth.type == AuthType::application_credential;
    return asks_identity || (auth.type == AuthType::token && !auth.auth_url.empty());
}

bool signs_the_time(AuthType type)
{
    return type == AuthType::aksk || type == AuthType::acs;
}

bool is_here(const std::string& url)
{
    std::string unused;
    const auto endpoint = parse_endpoint(url, unused);
    return endpoint && endpoint->loopback();
}

/// 300 is no redirect but a list of API versions, for the adapter to read.
bool is_redirect(int status)
{
    return status > 300 && status < 400;
}

} // namespace

struct SourceClient::State {
    SourceConfig config;
    HttpClient& http;
    const Clock& clock;
    Service service;
    std::unique_ptr<Authenticator> auth;
    FairSemaphore slots;

    struct Exchange {
        HttpRequest request; ///< as it was sent
        HttpResponse response;
    };

    asio::awaitable<Result<Endpoint>> endpoint(Deadline limit);
    std::optional<std::string> refuse_catalogued(const Endpoint& found) const;
    asio::awaitable<Result<Exchange>> exchange(Call call, Deadline limit, BodySink* sink);
    HttpRequest request_for(const Call& call, Endpoint endpoint) const;
    bool refused(const HttpResponse& response) const;
    Error refusal(const HttpResponse& response) const;
};

/// Why credentials must not go to an address that a catalogue names, whoever wrote it.
std::optional<std::string> SourceClient::State::refuse_catalogued(const Endpoint& found) const
{
    boost::system::error_code no_literal;
    const auto address = asio::ip::make_address(found.host, no_literal);
    if (!no_literal && is_no_clouds(address)) {
        return "the catalogue names an address where no cloud is";
    }
    const bool leads_here = found.loopback() || (!no_literal && is_this_machine(address));
    if (leads_here && !config.allow_loopback && !is_here(config.auth.auth_url)) {
        return "the catalogue names an address of this machine: set allow_loopback if the cloud runs here";
    }
    // The rule that keeps credentials off the open wire holds for addresses from a catalogue too.
    if (!found.tls && !found.loopback() && !config.allow_plaintext) {
        return "the catalogue names a plain http:// address: set allow_plaintext to send credentials there";
    }
    return std::nullopt;
}

asio::awaitable<Result<Endpoint>> SourceClient::State::endpoint(Deadline limit)
{
    if (config.endpoint) {
        co_return *config.endpoint;
    }
    if (!service.type.empty() && has_catalogue(config.auth)) {
        auto found = co_await auth->endpoint_of(service.type, config.region, config.interface, limit);
        if (found) {
            if (const auto refused = refuse_catalogued(*found)) {
                co_return failure(ErrorClass::config, *refused);
            }
        }
        co_return found;
    }
    if (!service.well_known_host.empty()) {
        co_return Endpoint{.tls = true, .host = service.well_known_host, .port = 443, .prefix = ""};
    }
    co_return failure(ErrorClass::config, "no address: set endpoint, or an auth that has a catalogue");
}

HttpRequest SourceClient::State::request_for(const Call& call, Endpoint endpoint) const
{
    const std::string prefix = service.normalize_prefix ? service.normalize_prefix(endpoint.prefix) : endpoint.prefix;
    HttpRequest request{.method = call.method,
                        .endpoint = std::move(endpoint),
                        .target = prefix + call.path + (call.query.empty() ? "" : "?" + call.query),
                        .headers = call.headers,
                        .body = "",
                        .tls = config.tls,
                        .allow_loopback = config.allow_loopback};
    if (find_header(request.headers, "Accept").empty()) {
        request.headers.emplace_back("Accept", "application/json");
    }
    return request;
}

asio::awaitable<Result<SourceClient::State::Exchange>> SourceClient::State::exchange(Call call, Deadline limit,
                                                                                     BodySink* sink)
{
    auto where = co_await endpoint(limit);
    if (!where) {
        co_return std::unexpected(where.error());
    }
    HttpRequest request = request_for(call, std::move(*where));
    const auto authorized = co_await auth->authorize(request, limit);
    if (!authorized) {
        co_return std::unexpected(authorized.error());
    }
    const HttpLimits limits{.max_body_bytes = config.max_page_bytes,
                            .max_error_body_bytes = sink ? HttpLimits{}.max_error_body_bytes : max_kept_body};
    auto response = co_await http.send(request, limit, limits, sink);
    if (!response) {
        co_return std::unexpected(response.error());
    }
    if (is_redirect(response->status)) {
        co_return failure(ErrorClass::upstream_protocol, fmt::format("redirect refused ({})", response->status));
    }
    co_return Exchange{std::move(request), std::move(*response)};
}

bool SourceClient::State::refused(const HttpResponse& response) const
{
    return response.status == 401 || (response.status != 200 && service.refused && service.refused(response));
}

Error SourceClient::State::refusal(const HttpResponse& response) const
{
    Error error{ErrorClass::upstream_auth, fmt::format("the backend refused our credentials ({})", response.status)};
    const auto date = parse_http_date(find_header(response.headers, "Date"));
    if (!signs_the_time(config.auth.type) || !date) {
        return error;
    }
    const auto skew = clock.now() - *date;
    if (std::chrono::abs(skew) > suspicious_skew) {
        const auto minutes = std::chrono::round<std::chrono::minutes>(std::chrono::abs(skew)).count();
        error.message += fmt::format("; clock_skew: our clock is {} minutes {} the backend's", minutes,
                                     skew > skew.zero() ? "ahead of" : "behind");
    }
    return error;
}

SourceClient::SourceClient(const SourceConfig& config, HttpClient& http, const Clock& clock, Service service)
    : state_(std::make_unique<State>(
          State{.config = config,
                .http = http,
                .clock = clock,
                .service = std::move(service),
                .auth = make_authenticator(config.auth, {http, clock, config.request_timeout, config.tls, config.region,
                                                         config.allow_loopback}),
                .slots = FairSemaphore(std::max(1U, config.max_in_flight), clock)}))
{
}

SourceClient::~SourceClient() = default;

asio::awaitable<Result<HttpResponse>> SourceClient::send(Call call, Deadline deadline, BodySink* sink)
{
    State& state = *state_;
    const auto slot = co_await state.slots.acquire(deadline);
    if (!slot) {
        co_return std::unexpected(slot.error());
    }
    const Deadline limit = std::min(deadline, state.clock.steady_now() + state.config.request_timeout);
    auto done = co_await state.exchange(call, limit, sink);
    if (done && state.refused(done->response) && state.auth->refused(done->request)) {
        done = co_await state.exchange(call, limit, sink);
    }
    if (!done) {
        co_return std::unexpected(done.error());
    }
    if (state.refused(done->response)) {
        co_return std::unexpected(state.refusal(done->response));
    }
    co_return std::move(done->response);
}

std::size_t SourceClient::max_page_bytes() const
{
    return state_->config.max_page_bytes;
}

} // namespace polyglance
