#include "cache/piece_finder.hpp"

namespace polyglance {

ByteCounts::ByteCounts(std::string_view text)
{
    for (const char c : text) {
        ++counts_[static_cast<unsigned char>(c)];
    }
}

PieceFinder::PieceFinder(std::string_view text, const ByteCounts& counts, std::string_view piece)
    : text_(text), piece_(piece)
{
    for (std::size_t i = 1; i < piece.size(); ++i) {
        if (counts.of(piece[i]) < counts.of(piece[rarest_])) {
            rarest_ = i;
        }
    }
}

std::size_t PieceFinder::find(std::size_t from) const
{
    while (true) {
        const auto at = text_.find(piece_[rarest_], from + rarest_);
        if (at == npos) {
            return npos;
        }
        if (text_.substr(at - rarest_).starts_with(piece_)) {
            return at - rarest_;
        }
        from = at - rarest_ + 1;
    }
}

} // namespace polyglance
