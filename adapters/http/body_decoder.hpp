#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapters/http/response_head.hpp"
#include "model/error.hpp"

namespace polyglance {

/// Takes the content of one body out of the bytes of a connection, without copying it.
/// Strict: whatever could be read in two ways is an error. What frames the chunks is bounded, so that a body of nothing
/// but framing ends.
class BodyDecoder {
public:
    BodyDecoder(BodyFraming framing, std::uint64_t content_length);

    /// Takes bytes off the front of `input`, up to the end of the body at most. Gives the next piece of content, a part
    /// of `input`; an empty piece means that the body is complete or `input` is used up. Errors: upstream_protocol on
    /// bad chunk framing, more of it than the content warrants, or trailers over 64 KiB.
    Result<std::string_view> next(std::string_view& input);

    /// The body has come to its end. Never true for one that ends with the connection.
    bool complete() const { return state_ == State::complete; }
    /// What the end of the connection means here: the end of the body, or an answer cut off.
    bool may_end_here() const { return complete() || state_ == State::until_close; }

private:
    enum class State : std::uint8_t {
        length,
        until_close,
        chunk_size_first,
        chunk_size,
        chunk_extension,
        chunk_line_lf,
        chunk_data,
        chunk_data_cr,
        chunk_data_lf,
        trailer_start,
        trailer_name,
        trailer_value,
        trailer_lf,
        last_lf,
        complete,
    };

    Result<void> take_framing(char c);
    Result<void> add_size_digit(char c);
    Result<void> count_framing();

    State state_ = State::complete;
    std::uint64_t left_ = 0; ///< of the body or of the chunk
    std::uint64_t content_bytes_ = 0;
    std::uint64_t framing_bytes_ = 0;
    std::size_t line_bytes_ = 0;
    std::size_t trailer_bytes_ = 0;
};

} // namespace polyglance
