#include "adapters/seen_ids.hpp"

#include <random>
#include <utility>

#include "model/digest.hpp"

namespace polyglance {
namespace {

constexpr std::size_t first_slots = 64;

std::uint64_t random_seed()
{
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

} // namespace

SeenIds::SeenIds() : seed_(random_seed()), slots_(first_slots) {}

std::uint64_t SeenIds::hash_of(std::string_view id) const
{
    const auto hash = digest_row(id, seed_).low;
    return hash != 0 ? hash : 1;
}

SeenIds::Slot& SeenIds::slot_of(std::uint64_t hash)
{
    auto at = hash & (slots_.size() - 1);
    while (slots_[at].hash != 0 && slots_[at].hash != hash) {
        at = (at + 1) & (slots_.size() - 1);
    }
    return slots_[at];
}

std::uint32_t* SeenIds::find(std::string_view id)
{
    auto& slot = slot_of(hash_of(id));
    return slot.hash != 0 ? &slot.walk : nullptr;
}

void SeenIds::add(std::string_view id, std::uint32_t walk)
{
    if (++size_ * 2 > slots_.size()) {
        grow();
    }
    const auto hash = hash_of(id);
    slot_of(hash) = {.hash = hash, .walk = walk};
}

void SeenIds::grow()
{
    for (const auto& slot : std::exchange(slots_, std::vector<Slot>(slots_.size() * 2))) {
        if (slot.hash != 0) {
            slot_of(slot.hash) = slot;
        }
    }
}

} // namespace polyglance
