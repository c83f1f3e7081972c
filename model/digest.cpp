#include "model/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdexcept>

namespace polyglance {
namespace {

EVP_MD_CTX* ctx(void* p)
{
    return static_cast<EVP_MD_CTX*>(p);
}

const unsigned char* raw(std::string_view s)
{
    return reinterpret_cast<const unsigned char*>(s.data());
}

constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

} // namespace

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new())
{
    if (context_ == nullptr || EVP_DigestInit_ex(ctx(context_), EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 is not available");
    }
}

Sha256Stream::~Sha256Stream()
{
    EVP_MD_CTX_free(ctx(context_));
}

void Sha256Stream::update(std::string_view bytes)
{
    EVP_DigestUpdate(ctx(context_), bytes.data(), bytes.size());
}

Sha256 Sha256Stream::finish()
{
    Sha256 out{};
    EVP_DigestFinal_ex(ctx(context_), out.data(), nullptr);
    return out;
}

Sha256 sha256(std::string_view bytes)
{
    Sha256Stream stream;
    stream.update(bytes);
    return stream.finish();
}

Sha256 hmac_sha256(std::string_view key, std::string_view bytes)
{
    Sha256 out{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(), out.data(), &size);
    return out;
}

std::string hmac_sha1(std::string_view key, std::string_view bytes)
{
    std::string out(20, '\0');
    unsigned size = 0;
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(),
         reinterpret_cast<unsigned char*>(out.data()), &size);
    return out;
}

std::string to_hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
    return out;
}

std::string to_base64(std::string_view bytes)
{
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int n =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(bytes), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(n));
    return out;
}

std::string to_base64url(std::string_view bytes)
{
    std::string out = to_base64(bytes);
    while (!out.empty() && out.back() == '=') {
        out.pop_back();
    }
    for (char& c : out) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    return out;
}

std::optional<std::string> from_base64url(std::string_view text)
{
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const auto value = url_alphabet.find(c);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out.push_back(static_cast<char>((bits >> held) & 0xff));
        }
    }
    // Left-over bits must be zero, else two texts would mean the same bytes.
    if ((bits & ((1U << held) - 1)) != 0) {
        return std::nullopt;
    }
    return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

RowDigest digest_row(std::string_view bytes, std::uint64_t seed)
{
    const auto hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
    return {.high = hash.high64, .low = hash.low64};
}

std::string random_bytes(std::size_t count)
{
    std::string out(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) {
        throw std::runtime_error("the system has no random bytes to give");
    }
    return out;
}

} // namespace polyglance
