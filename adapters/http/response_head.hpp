#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "adapters/http/http_client.hpp"
#include "model/error.hpp"

namespace polyglance {

/// How an answer says where its body ends.
enum class BodyFraming : std::uint8_t { none, length, chunked, until_close };

struct ResponseHead {
    int status = 0;
    HttpHeaders headers;
    BodyFraming framing = BodyFraming::none;
    std::uint64_t content_length = 0; ///< when `framing` is `length`
    bool keep_alive = false;          ///< another request may follow on the connection once the body is read

    bool interim() const { return status < 200; }
};

/// Whether `received` is, as far as it goes, how an HTTP/1.x answer begins: tells at once, without waiting for the
/// rest, that something else is talking.
bool looks_like_http1(std::string_view received);

/// The size of the head at the front of `received`, blank line included; empty when it has not all come yet.
/// The first `searched` bytes were looked through before.
std::optional<std::size_t> response_head_size(std::string_view received, std::size_t searched = 0);

/// Reads a head, from the status line to the blank line, in the one way it can be read.
/// Errors: upstream_protocol for anything that leaves room for a second reading: bad status line or field, folded line,
/// more than 256 fields, Content-Length twice, malformed or together with Transfer-Encoding, any Transfer-Encoding but
/// `chunked`, 101; and for a body in a Content-Encoding, as we never offer any. Never throws.
Result<ResponseHead> parse_response_head(std::string_view head);

} // namespace polyglance
