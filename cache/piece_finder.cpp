#include "cache/piece_finder.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace polyglance {
namespace {

/// Places tried at once.
constexpr std::size_t stride = 64;

} // namespace

ByteCounts::ByteCounts(std::string_view text)
{
    for (const char c : text) {
        ++counts_[static_cast<unsigned char>(c)];
    }
}

PieceFinder::PieceFinder(std::string_view text, const ByteCounts& counts, std::string_view piece)
    : text_(text), piece_(piece)
{
    std::vector<std::size_t> places(piece.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::ranges::sort(places, {}, [&](std::size_t place) { return counts.of(piece[place]); });
    for (std::size_t i = 0; i < rarest_.size(); ++i) {
        rarest_[i] = places[std::min(i, places.size() - 1)];
    }
}

std::size_t PieceFinder::find(std::size_t from) const
{
    const auto [a, b, c] = rarest_;
    const char byte_a = piece_[a];
    const char byte_b = piece_[b];
    const char byte_c = piece_[c];
    for (; from + stride + piece_.size() <= text_.size(); from += stride) {
        const char* const at = text_.data() + from;
        unsigned char any = 0;
        for (std::size_t i = 0; i < stride; ++i) {
            any |= static_cast<unsigned char>((at[a + i] == byte_a) & (at[b + i] == byte_b) & (at[c + i] == byte_c));
        }
        if (any != 0) {
            const auto found = text_.substr(from, stride + piece_.size() - 1).find(piece_);
            if (found != npos) {
                return from + found;
            }
        }
    }
    return text_.find(piece_, from);
}

} // namespace polyglance
