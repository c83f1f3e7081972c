#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/http/caller.hpp"

namespace polyglance {

/// Methods we know by name; anything else is `other` and never allowed.
enum class Method : std::uint8_t { get, head, post, delete_, options, other };
std::string_view to_string(Method method);

struct Header {
    std::string_view name, value;
};
/// Equal but for the case of ASCII letters, as names of headers and schemes are.
bool same_name(std::string_view a, std::string_view b);
/// Without the blanks and tabs around it (RFC 9110 5.6.3).
std::string_view trim(std::string_view text);

/// What a caller under a rate limit still has, as the answer tells it.
struct RequestShare {
    std::size_t at_once = 0;        ///< as many may come within `window`
    std::chrono::seconds window{0}; ///< in which all of it comes back
    std::size_t left = 0;
    std::chrono::seconds full_in{0}; ///< all of it is back then if nothing more is asked
};

/// One request as read off a connection. Everything in it has been checked: one valid Host, no body, no control
/// characters, sizes within limits. A connection uses one object for all its requests, so that nothing is allocated
/// anew for each.
struct Request {
    Method method = Method::get;
    std::string path;            ///< raw (percent-encoded), always starts with '/'
    std::string query;           ///< raw, without '?'
    std::vector<Header> headers; ///< in wire order; they point into the bytes received, kept until the answer is sent
    std::string peer;            ///< address of the client, without port
    std::string prefix;          ///< path that a trusted proxy cut off: "/polyglance"; "" = none
    std::shared_ptr<const Caller> caller; ///< null until admitted, never for a handler
    std::optional<RequestShare> share;    ///< empty when no limit applies
    std::string request_id;               ///< the client's if it was acceptable, else made here
    std::vector<std::pair<std::string, std::string>> path_parameters; ///< decoded, filled by the router
    std::chrono::steady_clock::time_point received;

    /// First value of that header, names compared without case; "" when absent.
    std::string_view header(std::string_view name) const;
    /// Number of headers of that name.
    std::size_t header_count(std::string_view name) const;
    /// Decoded path parameter; "" when the route has none of that name.
    std::string_view path_parameter(std::string_view name) const;
};

enum class Coding : std::uint8_t { identity, gzip, zstd };

/// An immutable body, compressed on first ask and then kept. Shared by any number of answers on any thread.
class Body {
public:
    explicit Body(std::string identity);

    const std::string& identity() const { return identity_; }
    /// The body in that coding. Made by the first caller, others wait for it.
    const std::string& coded(Coding coding) const;
    /// Bytes held, compressed forms included.
    std::size_t memory_bytes() const;

    /// Smaller bodies are sent as they are: the saving would not pay for the header.
    static constexpr std::size_t smallest_coded = 1024;

private:
    std::string identity_;
    mutable std::once_flag gzip_once_, zstd_once_;
    mutable std::string gzip_, zstd_;
    mutable std::atomic<std::size_t> coded_bytes_{0};
};

/// The coding that `Accept-Encoding` prefers among ours: zstd, gzip, identity in this order at equal weight.
Coding choose_coding(std::string_view accept_encoding);

/// An answer. Date, Content-Length, Content-Encoding, Connection, X-Request-Id and the RateLimit headers are added when
/// it is sent.
struct Response {
    int status = 200;
    /// Ready header lines that many answers share, each ended by CRLF: the page's, and those that change by the second.
    std::shared_ptr<const std::string> shared_head = {}, timing_head = {};
    std::string head = {};                 ///< this answer's own header lines, each ended by CRLF
    std::shared_ptr<const Body> body = {}; ///< null = none
    bool close = false;                    ///< close the connection behind it

    /// Adds a header line. A value with CR, LF or NUL is dropped whole: no header is ever born from data.
    void add(std::string_view name, std::string_view value);
};

/// An answer with a body of that type.
Response make_response(int status, std::string_view content_type, std::string body);

} // namespace polyglance
