#include "adapters/wire_row.hpp"

#include <algorithm>
#include <numeric>

namespace polyglance::wire {
namespace {

/// Length first: most names differ in it, and no text is compared then.
bool name_less(std::string_view a, std::string_view b)
{
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

} // namespace

WireRow::WireRow(json::Value object)
{
    members_.reserve(object.size());
    for (const json::Value value : object) {
        const auto key = value.key();
        if (key != "locations" && key != "direct_url") {
            members_.push_back({key, value});
        }
    }
    by_name_.resize(members_.size());
    std::iota(by_name_.begin(), by_name_.end(), 0U);
    std::sort(by_name_.begin(), by_name_.end(), [this](std::uint32_t a, std::uint32_t b) {
        const auto x = members_[a].key;
        const auto y = members_[b].key;
        return x == y ? a < b : name_less(x, y);
    });
    const auto repeated = [this](std::uint32_t a, std::uint32_t b) {
        const bool same = members_[a].key == members_[b].key;
        members_[b].taken = members_[b].taken || same;
        return same;
    };
    by_name_.erase(std::unique(by_name_.begin(), by_name_.end(), repeated), by_name_.end());
}

std::optional<std::uint32_t> WireRow::index_of(std::string_view name) const
{
    const auto found =
        std::lower_bound(by_name_.begin(), by_name_.end(), name, [this](std::uint32_t index, std::string_view wanted) {
            return name_less(members_[index].key, wanted);
        });
    const bool there = found != by_name_.end() && members_[*found].key == name;
    return there ? std::optional(*found) : std::nullopt;
}

const WireRow::Member* WireRow::find(std::string_view name) const
{
    const auto index = index_of(name);
    return index ? &members_[*index] : nullptr;
}

void WireRow::append_left(std::vector<Property>& properties, std::string_view prefix)
{
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
