#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"

namespace polyglance {

namespace asio = boost::asio;

enum class HttpMethod : std::uint8_t { get, post, delete_ };
std::string_view to_string(HttpMethod method);

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;
/// The first value of that name, names compared without case; "" when there is none.
std::string_view find_header(const HttpHeaders& headers, std::string_view name);

struct HttpRequest {
    HttpMethod method = HttpMethod::get;
    Endpoint endpoint = {};  ///< where it goes; `endpoint.prefix` is NOT put in front of `target`
    std::string target = {}; ///< path and query as they go on the wire, "/v2/images?limit=1000"
    HttpHeaders headers =
        {}; ///< Host, Connection and Content-Length are added by the client; values with CR, LF or NUL are refused
    std::string body = {};
    TlsConfig tls = {};
    bool allow_loopback = false; ///< the host's name may lead to this machine; never asked when it says so itself
};

struct HttpResponse {
    int status = 0;
    HttpHeaders headers = {};
    std::string body = {}; ///< whole; empty when it went to a sink
};

/// Takes a 200 body in slices as it comes off the socket (at most 64 KiB each).
class BodySink {
public:
    virtual ~BodySink() = default;
    /// An error ends the exchange and becomes its result.
    virtual Result<void> on_slice(std::string_view slice) = 0;
};

struct HttpLimits {
    std::size_t max_header_bytes = 64UL << 10;
    std::size_t max_body_bytes = 64UL << 20;       ///< of a body that goes to a sink
    std::size_t max_error_body_bytes = 64UL << 10; ///< of a body that is kept
};

/// One HTTP/1.1 exchange with a backend. The only HTTP client of the program.
class HttpClient {
public:
    virtual ~HttpClient() = default;
    /// Sends `request` and reads the whole answer before `deadline`. With a `sink`, the body of a 200 goes there and
    /// only there; any other body is kept in the response (cut at `limits.max_error_body_bytes`).
    /// No redirect is followed: a 3xx comes back as it is.
    /// Errors: timeout; upstream_unavailable (no connection, cut answer; `sent` says whether bytes went out);
    /// upstream_protocol (not HTTP/1.x, over a limit, unknown Content-Encoding); whatever the sink returns.
    virtual asio::awaitable<Result<HttpResponse>> send(HttpRequest request, Deadline deadline, HttpLimits limits,
                                                       BodySink* sink) = 0;
};

} // namespace polyglance
