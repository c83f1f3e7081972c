#pragma once

#include <memory>
#include <vector>

#include "cache/interner.hpp"
#include "cache/text_blocks.hpp"

namespace polyglance {

/// The texts that many rows have in common, each kept once; a row holds their codes.
class SharedTexts {
public:
    /// Begins with the texts of `before`, under the same codes; null: with none.
    explicit SharedTexts(const SharedTexts* before = nullptr);
    SharedTexts(const SharedTexts&) = delete;
    SharedTexts& operator=(const SharedTexts&) = delete;

    /// The code of `text`; null_code when it is not shared. A text is taken in when it comes for the second time, so
    /// that what each row has for itself (ids, checksums) does not get in.
    Code share(std::string_view text, std::uint64_t hash);
    std::string_view text(Code code) const { return texts_.value(code); }
    Code size() const { return texts_.size(); }
    bool full() const { return texts_.size() == most; }
    /// Ends the collection: gives back what only `share` needs.
    void seal() { seen_ = {}; }
    std::size_t memory_bytes() const;

private:
    /// So many at most: what is more varied than that is not worth a place.
    static constexpr Code most = 1U << 14;
    static constexpr std::size_t seen_slots = 1UL << 14;

    Code take_in(std::string_view text, std::uint64_t hash);

    Interner<std::string_view> texts_;
    TextBlocks blocks_;
    std::vector<std::uint32_t> seen_; // by the low bits of the hash, the high bits of the one seen last
};

} // namespace polyglance
