#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "cache/snapshot.hpp"
#include "model/digest.hpp"

namespace polyglance {

/// Which rows of the snapshot before go on into the next one.
class KeptRows {
public:
    /// `previous` may be null: then nothing is ever kept.
    explicit KeptRows(std::shared_ptr<const Snapshot> previous);

    const std::shared_ptr<const Snapshot>& previous() const { return previous_; }
    /// The row that was made of bytes with that digest.
    std::optional<std::uint32_t> find(RowDigest digest);
    std::optional<std::uint32_t> find(std::string_view native_id) const;

    bool holds(std::uint32_t row) const { return marks_[row]; }
    /// Both: false when it was so already.
    bool keep(std::uint32_t row);
    bool drop(std::uint32_t row);
    std::size_t size() const { return size_; }
    /// Every row of the snapshot before is kept.
    bool all() const { return previous_ != nullptr && size_ == marks_.size(); }

private:
    std::shared_ptr<const Snapshot> previous_;
    std::vector<bool> marks_;
    std::size_t size_ = 0;
    std::vector<std::uint32_t> slots_; // row + 1 by digest: open addressing, a power of two; made on first ask
};

} // namespace polyglance
