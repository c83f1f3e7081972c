#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyglance {

/// Appends an unsigned number, low byte first, whatever the machine.
template <std::unsigned_integral Number>
void put_number(std::string& out, Number value)
{
    for (std::size_t i = 0; i < sizeof value; ++i) {
        out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
    }
}

/// Appends a text of at most 255 bytes with its length before it.
inline void put_short_text(std::string& out, std::string_view text)
{
    put_number(out, static_cast<std::uint8_t>(text.size()));
    out += text;
}

/// Takes fields off the front of bytes that may be damaged: a field that is not there whole is empty.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    std::optional<std::string_view> take(std::size_t size)
    {
        if (size > rest_.size()) {
            return std::nullopt;
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    template <std::unsigned_integral Number>
    std::optional<Number> number()
    {
        const auto bytes = take(sizeof(Number));
        if (!bytes) {
            return std::nullopt;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(Number); ++i) {
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>((*bytes)[i])) << (8 * i);
        }
        return static_cast<Number>(value);
    }

    std::optional<std::string_view> short_text()
    {
        const auto size = number<std::uint8_t>();
        return size ? take(*size) : std::nullopt;
    }

    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

} // namespace polyglance
