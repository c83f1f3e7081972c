#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace polyglance {

/// Remembers for each id the last walk that met it. Only a hash of the id is kept: two ids with one hash are taken for
/// the same, which happens about once in 10^8 listings of a million images.
class SeenIds {
public:
    SeenIds();

    /// The walk that met `id` last; null when none has.
    std::uint32_t* find(std::string_view id);
    /// Only for one that `find` does not know.
    void add(std::string_view id, std::uint32_t walk);
    std::size_t size() const { return size_; }

private:
    struct Slot {
        std::uint64_t hash = 0; ///< 0 = free
        std::uint32_t walk = 0;
    };
    std::uint64_t hash_of(std::string_view id) const;
    Slot& slot_of(std::uint64_t hash);
    void grow();

    std::uint64_t seed_; // a cloud cannot choose ids that fall together
    std::vector<Slot> slots_;
    std::size_t size_ = 0;
};

} // namespace polyglance
