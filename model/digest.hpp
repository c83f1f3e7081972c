#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyglance {

using Sha256 = std::array<unsigned char, 32>;

/// SHA-256 over pieces, in any slicing.
class Sha256Stream {
public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(const Sha256Stream&) = delete;
    Sha256Stream& operator=(const Sha256Stream&) = delete;

    void update(std::string_view bytes);
    /// Ends the stream; call once.
    Sha256 finish();

private:
    void* context_; // EVP_MD_CTX, kept out of the header
};

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);
std::string hmac_sha1(std::string_view key, std::string_view bytes); ///< 20 raw bytes

/// Lower-case hex of raw bytes.
std::string to_hex(std::string_view bytes);
inline std::string_view as_bytes(const Sha256& digest)
{
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
std::string to_base64(std::string_view bytes);    ///< RFC 4648 4, padded
std::string to_base64url(std::string_view bytes); ///< RFC 4648 5, unpadded
std::optional<std::string>
from_base64url(std::string_view text); ///< empty on anything that `to_base64url` would not write

/// Names the raw bytes of one row of a listing: the same digest, the same row. Not cryptographic: it tells what has not
/// changed and decides nothing else.
struct RowDigest {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool empty() const { return high == 0 && low == 0; } ///< no digest known
    bool operator==(const RowDigest&) const = default;
};
/// XXH3, 128 bits. `seed` keeps rows apart that say different things with the same bytes (the passes of a drain).
RowDigest digest_row(std::string_view bytes, std::uint64_t seed);

/// Comparison whose time depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// Cryptographically strong random bytes, for example for a cursor key or a nonce.
std::string random_bytes(std::size_t count);

} // namespace polyglance
