#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/scalars.hpp"
#include "model/image.hpp"
#include "model/json/tape.hpp"

namespace polyglance::wire {

/// The name of a member, hashed: those that stand in our source while it is compiled.
class MemberName {
public:
    template <std::size_t Size>
    consteval MemberName(const char (&name)[Size]) : MemberName(std::string_view(name)) // NOLINT(*-explicit-*)
    {
    }
    explicit constexpr MemberName(std::string_view name) : text_(name), hash_(hash_of(name)) {}

    constexpr std::string_view text() const { return text_; }
    constexpr std::uint64_t hash() const { return hash_; }

private:
    template <std::size_t Count>
    static constexpr std::uint64_t load(const char* bytes)
    {
        std::array<char, Count> copy{};
        std::copy_n(bytes, Count, copy.begin());
        if constexpr (Count == 8) {
            return std::bit_cast<std::uint64_t>(copy);
        } else if constexpr (Count == 4) {
            return std::bit_cast<std::uint32_t>(copy);
        } else {
            return std::bit_cast<std::uint8_t>(copy);
        }
    }
    /// Of the length and up to 16 bytes from both ends: real names differ there.
    static constexpr std::uint64_t hash_of(std::string_view name)
    {
        const auto size = name.size();
        const char* const begin = name.data();
        std::uint64_t head = size;
        std::uint64_t tail = 0;
        if (size >= 8) {
            head = load<8>(begin);
            tail = load<8>(begin + size - 8);
        } else if (size >= 4) {
            head = load<4>(begin);
            tail = load<4>(begin + size - 4);
        } else if (size > 0) {
            head = load<1>(begin) | load<1>(begin + size / 2) << 8 | load<1>(begin + size - 1) << 16;
        }
        const std::uint64_t mixed = (head ^ (tail << 31 | tail >> 33) ^ size << 17) * 0x9e3779b97f4a7c15ULL;
        return mixed ^ mixed >> 29;
    }

    std::string_view text_;
    std::uint64_t hash_;
};

/// One object of the wire while it is read: each member can be taken once, and what nobody took goes into the image's
/// properties. Of members with the same name only the first exists. `locations` and `direct_url` do not exist at all:
/// they may hold credentials and go no further than this.
class WireRow {
public:
    struct Member {
        std::string_view key;
        json::Value value;
        bool taken = false;
    };

    /// `object` must be a JSON object; the row is valid as long as its tape.
    explicit WireRow(json::Value object);

    /// The member of that name, taken or not; null when there is none.
    const Member* find(MemberName name) const;

    /// Reads a member with one of the `read_*` functions. It counts as taken unless it was unreadable.
    template <class Read>
    auto take(MemberName name, Read read) -> decltype(read(std::declval<json::Value>()).value)
    {
        const auto index = slots_[slot_of(name)];
        if (index == no_member || members_[index].taken) {
            return std::nullopt;
        }
        auto reading = read(members_[index].value);
        members_[index].taken = !reading.unreadable;
        return std::move(reading.value);
    }

    /// Counts a member as taken.
    void drop(MemberName name)
    {
        if (const auto index = slots_[slot_of(name)]; index != no_member) {
            members_[index].taken = true;
        }
    }

    /// Calls `visit(Member&)` for every member not taken yet, in wire order. It may take it.
    template <class Visit>
    void for_each_left(Visit visit)
    {
        for (Member& member : members_) {
            if (!member.taken) {
                visit(member);
            }
        }
    }

    /// Appends what is left, verbatim and in wire order.
    void append_left(std::vector<Property>& properties, std::string_view prefix = {});

private:
    static constexpr std::uint32_t no_member = UINT32_MAX;

    std::size_t slot_of(MemberName name) const
    {
        const auto mask = slots_.size() - 1;
        auto at = (wide_ ? wide_hash(name.text()) : name.hash()) & mask;
        while (slots_[at] != no_member && members_[slots_[at]].key != name.text()) {
            at = (at + 1) & mask;
        }
        return at;
    }
    static std::uint64_t wide_hash(std::string_view name);

    /// So many members that names made to fall together would cost time: then the hash is a better one.
    bool wide_;

    std::vector<Member> members_;      // in wire order
    std::vector<std::uint32_t> slots_; // a hash table of indexes into members_; never full
};

/// `prefix` + `member` as a property.
Property as_property(const WireRow::Member& member, std::string_view prefix = {});

} // namespace polyglance::wire
