#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/scalars.hpp"
#include "model/image.hpp"
#include "model/json/tape.hpp"

namespace polyglance::wire {

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
    const Member* find(std::string_view name) const;

    /// Reads a member with one of the `read_*` functions. It counts as taken unless it was unreadable.
    template <class Read>
    auto take(std::string_view name, Read read) -> decltype(read(std::declval<json::Value>()).value)
    {
        const auto index = index_of(name);
        if (!index || members_[*index].taken) {
            return std::nullopt;
        }
        auto reading = read(members_[*index].value);
        members_[*index].taken = !reading.unreadable;
        return std::move(reading.value);
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
    std::optional<std::uint32_t> index_of(std::string_view name) const;

    std::vector<Member> members_;        // in wire order
    std::vector<std::uint32_t> by_name_; // indexes into members_
};

/// `prefix` + `member` as a property.
Property as_property(const WireRow::Member& member, std::string_view prefix = {});

} // namespace polyglance::wire
