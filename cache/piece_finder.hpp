#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace polyglance {

/// How often each byte occurs in a text.
class ByteCounts {
public:
    ByteCounts() = default;
    explicit ByteCounts(std::string_view text);
    std::uint32_t of(char c) const { return counts_[static_cast<unsigned char>(c)]; }

private:
    std::array<std::uint32_t, 256> counts_{};
};

/// Finds a piece in a long text by looking for its three rarest bytes, at their distances, at many places at once: a
/// loop without branches, which becomes vector code. It does not mind pieces of bytes that occur everywhere, as digits
/// do in ids.
class PieceFinder {
public:
    /// `piece` is not empty. All arguments but `counts` outlive the finder.
    PieceFinder(std::string_view text, const ByteCounts& counts, std::string_view piece);
    /// The first place at or behind `from`; npos when there is none.
    std::size_t find(std::size_t from) const;

    static constexpr auto npos = std::string_view::npos;

private:
    std::string_view text_;
    std::string_view piece_;
    std::array<std::size_t, 3> rarest_; // their places in the piece; a short piece has some of them twice
};

} // namespace polyglance
