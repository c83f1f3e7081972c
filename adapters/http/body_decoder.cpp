#include "adapters/http/body_decoder.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "adapters/http/header_syntax.hpp"

namespace polyglance {
namespace {

constexpr std::size_t max_chunk_line_bytes = 4UL << 10;
constexpr std::size_t max_trailer_bytes = 64UL << 10;
/// Chunks of one byte cost five bytes of framing each; nothing honest costs more than this.
constexpr std::uint64_t framing_per_content_byte = 8;
constexpr std::uint64_t framing_allowance = 128UL << 10;

std::unexpected<Error> bad_chunk(std::string_view why)
{
    return failure(ErrorClass::upstream_protocol, std::string(why));
}

std::optional<std::uint64_t> hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char folded = static_cast<char>(c | 0x20);
    if (folded >= 'a' && folded <= 'f') {
        return folded - 'a' + 10;
    }
    return std::nullopt;
}

} // namespace

BodyDecoder::BodyDecoder(BodyFraming framing, std::uint64_t content_length) : left_(content_length)
{
    switch (framing) {
    case BodyFraming::none:
        state_ = State::complete;
        break;
    case BodyFraming::length:
        state_ = content_length == 0 ? State::complete : State::length;
        break;
    case BodyFraming::chunked:
        state_ = State::chunk_size_first;
        break;
    case BodyFraming::until_close:
        state_ = State::until_close;
        break;
    }
}

Result<std::string_view> BodyDecoder::next(std::string_view& input)
{
    while (!input.empty() && state_ != State::complete) {
        if (state_ == State::until_close) {
            return std::exchange(input, {});
        }
        if (state_ == State::length || state_ == State::chunk_data) {
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
            const std::string_view piece = input.substr(0, size);
            input.remove_prefix(size);
            left_ -= size;
            content_bytes_ += size;
            if (left_ == 0) {
                state_ = state_ == State::length ? State::complete : State::chunk_data_cr;
            }
            return piece;
        }
        const char c = input.front();
        input.remove_prefix(1);
        if (auto taken = take_framing(c); !taken) {
            return std::unexpected(taken.error());
        }
    }
    return std::string_view{};
}

Result<void> BodyDecoder::add_size_digit(char c)
{
    const auto digit = hex_digit(c);
    if (!digit || left_ > (std::numeric_limits<std::uint64_t>::max() >> 4)) {
        return bad_chunk("the answer has a malformed chunk size");
    }
    left_ = left_ << 4 | *digit;
    return {};
}

Result<void> BodyDecoder::count_framing()
{
    if (++framing_bytes_ > framing_allowance + framing_per_content_byte * content_bytes_) {
        return bad_chunk("the answer has more chunk framing than content");
    }
    const bool in_trailer = state_ >= State::trailer_start;
    if (in_trailer ? ++trailer_bytes_ > max_trailer_bytes : ++line_bytes_ > max_chunk_line_bytes) {
        return bad_chunk(in_trailer ? "the answer has trailers over 64 KiB" : "the answer has an endless chunk line");
    }
    return {};
}

Result<void> BodyDecoder::take_framing(char c)
{
    if (auto counted = count_framing(); !counted) {
        return counted;
    }
    const auto expect = [&](char wanted, State then) -> Result<void> {
        if (c != wanted) {
            return bad_chunk("the answer has a malformed chunk");
        }
        state_ = then;
        return {};
    };
    switch (state_) {
    case State::chunk_size_first:
        left_ = 0;
        line_bytes_ = 1;
        state_ = State::chunk_size;
        return add_size_digit(c);
    case State::chunk_size:
        if (c == '\r') {
            state_ = State::chunk_line_lf;
            return {};
        }
        if (c == ';') {
            state_ = State::chunk_extension;
            return {};
        }
        return add_size_digit(c);
    case State::chunk_extension:
        if (c == '\r') {
            state_ = State::chunk_line_lf;
            return {};
        }
        return is_value_char(c) ? Result<void>{} : bad_chunk("the answer has a malformed chunk extension");
    case State::chunk_line_lf:
        return expect('\n', left_ == 0 ? State::trailer_start : State::chunk_data);
    case State::chunk_data_cr:
        return expect('\r', State::chunk_data_lf);
    case State::chunk_data_lf:
        return expect('\n', State::chunk_size_first);
    case State::trailer_start:
        if (c == '\r') {
            state_ = State::last_lf;
            return {};
        }
        [[fallthrough]];
    case State::trailer_name:
        if (c == ':' && state_ == State::trailer_name) {
            state_ = State::trailer_value;
            return {};
        }
        state_ = State::trailer_name;
        return is_token_char(c) ? Result<void>{} : bad_chunk("the answer has a malformed trailer");
    case State::trailer_value:
        if (c == '\r') {
            state_ = State::trailer_lf;
            return {};
        }
        return is_value_char(c) ? Result<void>{} : bad_chunk("the answer has a malformed trailer");
    case State::trailer_lf:
        return expect('\n', State::trailer_start);
    case State::last_lf:
        return expect('\n', State::complete);
    case State::length:
    case State::until_close:
    case State::chunk_data:
    case State::complete:
        break;
    }
    return {};
}

} // namespace polyglance
