#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "cache/engine.hpp"

namespace polyglance {

/// What a page token carries: where the walk stands, in which generation, and for which question.
struct Cursor {
    Position position;
    std::string generation;
    std::string question; ///< raw hash of all other parameters and of the caller's visibility class
    bool operator==(const Cursor&) const = default;
};

enum class CursorFault : std::uint8_t {
    invalid,  ///< not one of ours, or changed
    mismatch, ///< made for other parameters or another visibility
};

/// Makes and reads page tokens: URL-safe, tamper-evident (HMAC-SHA256), never longer than 2 KiB for fields of normal
/// length. They grant nothing.
class CursorCodec {
public:
    /// `key`: at least 32 bytes, the same on every replica.
    explicit CursorCodec(std::string key);
    std::string encode(const Cursor& cursor) const;
    /// `question` is that of the present request.
    std::expected<Cursor, CursorFault> decode(std::string_view token, std::string_view question) const;

private:
    std::string key_;
};

} // namespace polyglance
