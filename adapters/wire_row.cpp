#include "adapters/wire_row.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace polyglance::wire {
namespace {

// A listing of rows that are all different, or very large, is read all the same, only slower.
constexpr std::size_t most_shapes = 64;
constexpr std::size_t most_members = 256;
constexpr std::size_t most_bytes = 16UL << 10;

bool may_hold_credentials(std::string_view name)
{
    return name == "locations" || name == "direct_url";
}

/// Names are short: two loads from each cost less than the call of a function.
bool same(std::string_view a, std::string_view b)
{
    const auto load = [](const char* at) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        return word;
    };
    const auto size = a.size();
    if (size != b.size() || size < 8 || size > 16) {
        return a == b;
    }
    return load(a.data()) == load(b.data()) && load(a.data() + size - 8) == load(b.data() + size - 8);
}

/// Tells rows of different shapes apart, nearly always.
std::uint64_t digest_of_names(json::Value object)
{
    std::uint64_t digest = 0;
    for (const json::Value member : object) {
        const auto key = member.key();
        digest =
            (digest + key.size() + (key.empty() ? 0 : static_cast<unsigned char>(key.back()))) * 0x9e3779b97f4a7c15ULL;
    }
    return digest;
}

} // namespace

RowShape::RowShape(json::Value object, std::string_view prefix)
{
    std::size_t bytes = 0;
    for (const json::Value member : object) {
        bytes += prefix.size() + member.key().size();
    }
    texts_.reserve(bytes); // views into it stay
    members_.reserve(object.size());
    for (const json::Value member : object) {
        const auto begin = texts_.size();
        texts_.append(prefix).append(member.key());
        const auto property = std::string_view(texts_).substr(begin);
        members_.push_back({.key = property.substr(prefix.size()), .property = property});
    }

    places_.fill(no_member);
    std::vector<std::pair<std::string_view, std::uint32_t>> sorted; // of members with one name, the first comes first
    sorted.reserve(members_.size());
    for (const auto& member : members_) {
        sorted.emplace_back(member.key, static_cast<std::uint32_t>(sorted.size()));
    }
    std::ranges::sort(sorted);
    for (const auto [key, place] : sorted) {
        members_[place].exists = (names_.empty() || names_.back() != key) && !may_hold_credentials(key);
        if (members_[place].exists) {
            names_.push_back(key);
            if (const auto known = MemberName::place_of(key)) {
                places_[*known] = place;
            }
        }
    }
}

bool RowShape::has(std::string_view name) const
{
    return std::ranges::binary_search(names_, name);
}

bool RowShape::worth_keeping() const
{
    return members_.size() <= most_members && texts_.size() <= most_bytes;
}

void WireRow::open(json::Value object)
{
    if (shape_ && read_as(*shape_, object)) {
        return;
    }
    const auto digest = digest_of_names(object);
    const auto known = shapes_.find(digest);
    if (known != shapes_.end() && read_as(*known->second, object)) {
        shape_ = known->second;
        return;
    }
    shape_ = std::make_shared<RowShape>(object, prefix_);
    read_as(*shape_, object);
    if (shape_->worth_keeping()) {
        if (shapes_.size() == most_shapes) {
            shapes_.clear();
        }
        shapes_.insert_or_assign(digest, shape_);
    }
}

/// False when the row has another shape.
bool WireRow::read_as(const RowShape& shape, json::Value object)
{
    if (object.size() != shape.members().size()) {
        return false;
    }
    members_.clear();
    members_.reserve(shape.members().size());
    const auto* expected = shape.members().data();
    for (const json::Value value : object) {
        if (!same(value.key(), expected->key)) {
            return false;
        }
        members_.emplace_back(value, expected, !expected->exists); // in place: a copy would wait for its own stores
        ++expected;
    }
    return true;
}

std::string_view WireRow::json_of(json::Value value) const
{
    if (const auto sent = value.json()) {
        return *sent;
    }
    std::string json;
    value.append_json(json);
    return texts_.keep(std::move(json));
}

} // namespace polyglance::wire
