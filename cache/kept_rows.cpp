#include "cache/kept_rows.hpp"

#include <bit>

#include "cache/hash.hpp"

namespace polyglance {

KeptRows::KeptRows(std::shared_ptr<const Snapshot> previous)
    : previous_(std::move(previous)), marks_(previous_ ? previous_->size() : 0)
{
}

std::optional<std::uint32_t> KeptRows::find(RowDigest digest)
{
    if (digest.empty() || marks_.empty()) {
        return std::nullopt;
    }
    const bool first_ask = slots_.empty();
    if (first_ask) {
        slots_.resize(std::bit_ceil(marks_.size() * 2));
    }
    const auto mask = slots_.size() - 1;
    const auto slot_of = [&](RowDigest wanted) {
        auto slot = place_of(wanted.low) & mask;
        while (slots_[slot] != 0 && previous_->digest(slots_[slot] - 1) != wanted) {
            slot = (slot + 1) & mask;
        }
        return slot;
    };
    for (std::uint32_t row = 0; first_ask && row < marks_.size(); ++row) {
        if (!previous_->digest(row).empty()) {
            slots_[slot_of(previous_->digest(row))] = row + 1;
        }
    }
    const auto found = slots_[slot_of(digest)];
    return found != 0 ? std::optional(found - 1) : std::nullopt;
}

std::optional<std::uint32_t> KeptRows::find(std::string_view native_id) const
{
    return previous_ ? previous_->find(native_id) : std::nullopt;
}

bool KeptRows::keep(std::uint32_t row)
{
    if (marks_[row]) {
        return false;
    }
    marks_[row] = true;
    ++size_;
    return true;
}

bool KeptRows::drop(std::uint32_t row)
{
    if (!marks_[row]) {
        return false;
    }
    marks_[row] = false;
    --size_;
    return true;
}

} // namespace polyglance
