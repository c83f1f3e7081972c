#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "proxy/http/message.hpp"
#include "proxy/http/problem.hpp"

namespace polyglance {

struct HeadLimits {
    std::size_t head_bytes = 16UL << 10;
    std::size_t target_bytes = 8UL << 10;
    std::size_t body_bytes = 64UL << 10; ///< a declared body above this is 413, below 400: no route takes one
};

/// What the bytes received so far amount to.
struct HeadResult {
    enum class Kind : unsigned char { need_more, ready, refused };
    Kind kind = Kind::need_more;
    std::size_t consumed = 0; ///< ready: bytes of this head
    bool keep_alive = true;   ///< ready: the client allows another request
    bool is_http10 = false;   ///< ready: a client that must be told when the connection is kept
    Problem refusal;          ///< refused: answer it and close
};

/// Reads one HTTP/1.x request head from the front of `bytes`, so that it has exactly one meaning: one valid Host, no
/// Transfer-Encoding, no body, no folded lines, no bare CR or LF, sizes within limits. Anything else is refused.
/// When it is ready, `request` holds it, its headers pointing into `bytes`; peer, request id and time are the
/// connection's to fill in. `searched` is the caller's: how far the end of the head was looked for already; keep it
/// between calls.
HeadResult read_request_head(std::string_view bytes, const HeadLimits& limits, std::size_t& searched, Request& request);

} // namespace polyglance
