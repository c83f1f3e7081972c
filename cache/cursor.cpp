#include "cache/cursor.hpp"

#include <stdexcept>

#include "model/digest.hpp"

namespace polyglance {
namespace {

constexpr char format_version = 1;
constexpr std::size_t least_key_bytes = 32;
constexpr std::size_t seal_bytes = 16;
/// Ours never come near, and what is longer than a request head is not worth a MAC.
constexpr std::size_t longest_token = 64UL << 10;

enum class ValueKind : char { none = 0, text = 1, number = 2 };

class Writer {
public:
    void byte(char c) { out += c; }
    void number(std::uint64_t n)
    {
        for (; n >= 0x80; n >>= 7) {
            byte(static_cast<char>(n | 0x80));
        }
        byte(static_cast<char>(n));
    }
    void text(std::string_view text)
    {
        number(text.size());
        out += text;
    }
    void value(const FieldValue& value)
    {
        if (const auto* content = std::get_if<std::string>(&value)) {
            byte(static_cast<char>(ValueKind::text));
            text(*content);
        } else if (const auto* count = std::get_if<std::int64_t>(&value)) {
            byte(static_cast<char>(ValueKind::number));
            number(static_cast<std::uint64_t>(*count));
        } else {
            byte(static_cast<char>(ValueKind::none));
        }
    }

    std::string out;
};

/// The other way round. After the first thing that does not fit everything reads as nothing and `ok` stays false.
class Reader {
public:
    explicit Reader(std::string_view in) : in_(in) {}

    char byte()
    {
        if (in_.empty()) {
            ok_ = false;
            return 0;
        }
        const char c = in_.front();
        in_.remove_prefix(1);
        return c;
    }
    std::uint64_t number()
    {
        std::uint64_t n = 0;
        for (unsigned shift = 0; ok_ && shift < 64; shift += 7) {
            const auto piece = static_cast<unsigned char>(byte());
            n |= static_cast<std::uint64_t>(piece & 0x7f) << shift;
            if (piece < 0x80) {
                return n;
            }
        }
        ok_ = false;
        return 0;
    }
    std::string text()
    {
        const auto size = number();
        if (!ok_ || size > in_.size()) {
            ok_ = false;
            return {};
        }
        std::string out(in_.substr(0, size));
        in_.remove_prefix(size);
        return out;
    }
    FieldValue value()
    {
        switch (static_cast<ValueKind>(byte())) {
        case ValueKind::none:
            return {};
        case ValueKind::text:
            return text();
        case ValueKind::number:
            return static_cast<std::int64_t>(number());
        }
        ok_ = false;
        return {};
    }
    bool ok() const { return ok_; }
    bool done() const { return ok_ && in_.empty(); }

private:
    std::string_view in_;
    bool ok_ = true;
};

std::string write(const Cursor& cursor)
{
    Writer writer;
    writer.byte(format_version);
    writer.text(cursor.question);
    writer.text(cursor.generation);
    writer.text(cursor.position.uid);
    writer.number(cursor.position.values.size());
    for (const auto& value : cursor.position.values) {
        writer.value(value);
    }
    return std::move(writer.out);
}

std::optional<Cursor> read(std::string_view body)
{
    Reader reader(body);
    if (reader.byte() != format_version) {
        return std::nullopt;
    }
    Cursor cursor;
    cursor.question = reader.text();
    cursor.generation = reader.text();
    cursor.position.uid = reader.text();
    for (auto left = reader.number(); left > 0 && reader.ok(); --left) {
        cursor.position.values.push_back(reader.value());
    }
    return reader.done() ? std::optional(std::move(cursor)) : std::nullopt;
}

std::string seal_of(std::string_view key, std::string_view body)
{
    // The key may seal other things too; the first words keep them apart.
    const auto mac = hmac_sha256(key, "polyglance cursor\n" + std::string(body));
    return std::string(as_bytes(mac).substr(0, seal_bytes));
}

} // namespace

CursorCodec::CursorCodec(std::string key) : key_(std::move(key))
{
    if (key_.size() < least_key_bytes) {
        throw std::invalid_argument("a cursor key needs at least 32 bytes");
    }
}

std::string CursorCodec::encode(const Cursor& cursor) const
{
    const std::string body = write(cursor);
    return to_base64url(body + seal_of(key_, body));
}

std::expected<Cursor, CursorFault> CursorCodec::decode(std::string_view token, std::string_view question) const
{
    const auto bytes = token.size() <= longest_token ? from_base64url(token) : std::nullopt;
    if (!bytes || bytes->size() < seal_bytes) {
        return std::unexpected(CursorFault::invalid);
    }
    const std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - seal_bytes);
    const std::string_view seal = std::string_view(*bytes).substr(body.size());
    if (!equal_in_constant_time(seal, seal_of(key_, body))) {
        return std::unexpected(CursorFault::invalid);
    }
    auto cursor = read(body);
    if (!cursor) {
        return std::unexpected(CursorFault::invalid);
    }
    if (cursor->question != question) {
        return std::unexpected(CursorFault::mismatch);
    }
    return std::move(*cursor);
}

} // namespace polyglance
