#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

#include "adapters/auth/authenticator.hpp"
#include "adapters/http/http_client.hpp"
#include "config/config.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"

namespace polyglance {

/// Calls one source's service: finds its address (configuration, or the token's catalogue), signs, keeps at most
/// `max_in_flight` calls running, renews credentials once after a refusal. All adapters talk through it.
class SourceClient {
public:
    struct Service {
        std::string type;            ///< catalogue type: "image", "compute"; "" = no catalogue lookup
        std::string well_known_host; ///< "" = none: used when nothing is configured
        /// Turns the configured or looked-up prefix into the one to put before every path (strips "/v2", for example).
        std::string (*normalize_prefix)(std::string_view prefix) = nullptr;
        /// True when this answer means that our credentials were refused (beyond status 401).
        bool (*refused)(const HttpResponse& response) = nullptr;
    };

    SourceClient(const SourceConfig& config, HttpClient& http, const Clock& clock, Service service);
    ~SourceClient();

    struct Call {
        HttpMethod method = HttpMethod::get;
        std::string path;  ///< percent-encoded, below the service prefix: "/v2/images"
        std::string query; ///< percent-encoded, without '?'; "" = none
        HttpHeaders headers;
    };

    /// One call, at most until `deadline` and, once it has a slot, for the configured request timeout. A refused
    /// credential is renewed and the call repeated once, a DELETE too: the refused one was not carried out. A second
    /// refusal is the error upstream_auth. No redirect is followed. Every other answer comes back as it is, and only a
    /// 200 reaches the sink.
    /// Errors: upstream_auth, config (no address), timeout (no slot came free), upstream_protocol (a redirect) and
    /// those of `HttpClient::send`.
    asio::awaitable<Result<HttpResponse>> send(Call call, Deadline deadline, BodySink* sink);

    /// Images of one page may not exceed this.
    std::size_t max_page_bytes() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace polyglance
