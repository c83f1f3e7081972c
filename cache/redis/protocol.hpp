#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace polyglance {

/// A command with its arguments; every argument may hold any bytes.
using RedisCommand = std::vector<std::string>;

/// Appends `command` as it goes onto the wire. `command` is not empty.
void append_command(std::string& out, const RedisCommand& command);

/// One reply of Redis (RESP2), owned.
struct RedisReply {
    enum class Kind : std::uint8_t { nil, status, error, string, integer, array };

    Kind kind = Kind::nil;
    std::string text;         ///< of status, error and string
    std::int64_t integer = 0; ///< of integer
    std::vector<RedisReply> elements;

    bool is_status(std::string_view word) const { return kind == Kind::status && text == word; }
    bool is_integer(std::int64_t value) const { return kind == Kind::integer && integer == value; }
    /// The code that an error starts with (`READONLY`, `WRONGTYPE`, `ERR`): capitals only, at most 32 of them, so that
    /// it may be shown. Empty when this is no error.
    std::string error_code() const;

    bool operator==(const RedisReply&) const = default;
};

/// What one reply may cost; all of it is checked before memory grows.
struct ReplyLimits {
    /// Raw bytes of one reply: somewhat more than the largest value that we ever ask for.
    std::size_t max_bytes = 2UL << 20;
    std::size_t max_elements = 32'768; ///< of one reply, nested ones included
    std::size_t max_depth = 4;
};

/// Turns the bytes of a connection into replies. Total: any bytes in, replies or an error out.
class ReplyParser {
public:
    explicit ReplyParser(ReplyLimits limits = {});
    ~ReplyParser();
    ReplyParser(ReplyParser&&) noexcept;
    ReplyParser& operator=(ReplyParser&&) noexcept;

    /// The replies that became whole with `bytes`. An error says what was wrong; then the connection is of no more use,
    /// and neither is the parser.
    std::expected<std::vector<RedisReply>, std::string> feed(std::string_view bytes);

private:
    struct Data;
    std::unique_ptr<Data> data_;
};

} // namespace polyglance
