#include "adapters/wire_row.hpp"

#include <algorithm>
#include <bit>
#include <random>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace polyglance::wire {
namespace {

constexpr std::size_t wide_from = 256;

} // namespace

std::uint64_t WireRow::wide_hash(std::string_view name)
{
    static const std::uint64_t seed = std::random_device{}();
    return XXH3_64bits_withSeed(name.data(), name.size(), seed);
}

WireRow::WireRow(json::Value object)
    : wide_(object.size() >= wide_from), slots_(std::bit_ceil(2 * object.size() + 1), no_member)
{
    members_.reserve(object.size());
    for (const json::Value value : object) {
        const MemberName name(value.key());
        if (name.text() == "locations" || name.text() == "direct_url") {
            continue;
        }
        auto& slot = slots_[slot_of(name)];
        members_.push_back({.key = name.text(), .value = value, .taken = slot != no_member});
        if (slot == no_member) {
            slot = static_cast<std::uint32_t>(members_.size()) - 1;
        }
    }
}

const WireRow::Member* WireRow::find(MemberName name) const
{
    const auto index = slots_[slot_of(name)];
    return index == no_member ? nullptr : &members_[index];
}

void WireRow::append_left(std::vector<Property>& properties, std::string_view prefix)
{
    const auto left =
        std::count_if(members_.begin(), members_.end(), [](const Member& member) { return !member.taken; });
    properties.reserve(properties.size() + static_cast<std::size_t>(left));
    for_each_left([&](const Member& member) { properties.push_back(as_property(member, prefix)); });
}

Property as_property(const WireRow::Member& member, std::string_view prefix)
{
    Property property;
    property.key.append(prefix).append(member.key);
    member.value.append_json(property.json);
    return property;
}

} // namespace polyglance::wire
