#include "model/json/bracket_scanner.hpp"

#include <array>
#include <bit>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace polyglance::json {
namespace {

constexpr std::size_t block_bytes = 64;

/// Brings '[' to '{' and ']' to '}', and no other byte to either.
constexpr char fold = 0x20;

} // namespace

/// One bit per byte of a block, the first byte in the lowest.
struct BracketScanner::Block {
    std::uint64_t quotes = 0;
    std::uint64_t backslashes = 0;
    std::uint64_t opening = 0;
    std::uint64_t closing = 0;

    explicit Block(const char* bytes);
};

#if defined(__SSE2__)
inline BracketScanner::Block::Block(const char* bytes)
{
    for (unsigned at = 0; at < block_bytes; at += 16) {
        const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at));
        const __m128i folded = _mm_or_si128(piece, _mm_set1_epi8(fold));
        const auto where = [at](__m128i in, char wanted) {
            const auto bits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(in, _mm_set1_epi8(wanted))));
            return std::uint64_t{bits} << at;
        };
        quotes |= where(piece, '"');
        backslashes |= where(piece, '\\');
        opening |= where(folded, '{');
        closing |= where(folded, '}');
    }
}
#else
inline BracketScanner::Block::Block(const char* bytes)
{
    for (unsigned at = 0; at < block_bytes; ++at) {
        const char c = bytes[at];
        const char folded = static_cast<char>(c | fold);
        quotes |= std::uint64_t{c == '"'} << at;
        backslashes |= std::uint64_t{c == '\\'} << at;
        opening |= std::uint64_t{folded == '{'} << at;
        closing |= std::uint64_t{folded == '}'} << at;
    }
}
#endif

/// The bytes that a backslash stands before. Backslashes are few: one by one is quick enough.
std::uint64_t BracketScanner::take_escaped(std::uint64_t backslashes, unsigned size)
{
    std::uint64_t escaped = escaped_ ? 1 : 0;
    backslashes &= ~escaped;
    escaped_ = false;
    while (backslashes != 0) {
        const auto at = static_cast<unsigned>(std::countr_zero(backslashes));
        if (at + 1 == size) {
            escaped_ = true;
            break;
        }
        escaped |= std::uint64_t{2} << at;
        backslashes &= ~(std::uint64_t{3} << at);
    }
    return escaped;
}

inline std::size_t BracketScanner::find_end_in(const Block& block, unsigned size)
{
    std::uint64_t quotes = block.quotes;
    if (block.backslashes != 0 || escaped_) {
        quotes &= ~take_escaped(block.backslashes, size);
    }
    // Each bit becomes the parity of the quotes up to it: set inside of strings.
    std::uint64_t inside = quotes;
    for (unsigned shift = 1; shift < block_bytes; shift *= 2) {
        inside ^= inside << shift;
    }
    inside ^= in_string_;
    in_string_ = (inside >> (block_bytes - 1)) != 0 ? ~std::uint64_t{0} : 0;

    const std::uint64_t opening = block.opening & ~inside;
    const std::uint64_t closing = block.closing & ~inside;
    for (std::uint64_t brackets = opening | closing; brackets != 0; brackets &= brackets - 1) {
        const std::uint64_t bracket = brackets & (~brackets + 1); // the lowest
        if ((opening & bracket) != 0) {
            ++depth_;
        } else if (--depth_ == 0) {
            return static_cast<std::size_t>(std::countr_zero(bracket)) + 1;
        }
    }
    return std::string_view::npos;
}

std::size_t BracketScanner::find_end(std::string_view bytes)
{
    std::size_t at = 0;
    for (; at + block_bytes <= bytes.size(); at += block_bytes) {
        const auto end = find_end_in(Block(bytes.data() + at), block_bytes);
        if (end != std::string_view::npos) {
            return at + end;
        }
    }
    const auto left = static_cast<unsigned>(bytes.size() - at);
    if (left == 0) {
        return std::string_view::npos;
    }
    std::array<char, block_bytes> padded;
    padded.fill(' ');
    std::memcpy(padded.data(), bytes.data() + at, left);
    const auto end = find_end_in(Block(padded.data()), left);
    return end == std::string_view::npos ? end : at + end;
}

} // namespace polyglance::json
