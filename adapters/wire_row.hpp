#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "adapters/composed_texts.hpp"
#include "adapters/member_name.hpp"
#include "adapters/scalars.hpp"
#include "model/image.hpp"
#include "model/json/tape.hpp"

namespace polyglance::wire {

using WireProperty = BasicProperty<std::string_view>;

/// The names of a row's members, in wire order. Rows of one listing nearly always have them in common: what follows
/// from the names alone is found out once.
class RowShape {
public:
    struct Member {
        std::string_view key;      ///< as sent
        std::string_view property; ///< the key of the property that the member may become
        bool exists = true;        ///< false: repeats a name before it, or may hold credentials
    };
    static constexpr std::uint32_t no_member = UINT32_MAX;

    /// `object` is looked at only now.
    RowShape(json::Value object, std::string_view prefix);
    RowShape(const RowShape&) = delete;
    RowShape& operator=(const RowShape&) = delete;

    const std::vector<Member>& members() const { return members_; }
    /// The place of a known member; no_member when the row has none of that name.
    std::uint32_t find(MemberName name) const { return places_[name.place()]; }
    bool has(std::string_view name) const;
    /// Small enough to be kept for later rows.
    bool worth_keeping() const;

private:
    std::string texts_; // prefix and key of each member, end to end
    std::vector<Member> members_;
    std::vector<std::string_view> names_; // of the members that exist, sorted
    std::array<std::uint32_t, known_members.size()> places_;
};

/// One object of the wire while it is read: each member can be taken once, and what nobody took goes into the image's
/// properties. Of members with the same name only the first exists. `locations` and `direct_url` do not exist at all:
/// they may hold credentials and go no further than this. Made to be used again for the next row.
class WireRow {
public:
    struct Member {
        json::Value value;
        const RowShape::Member* name;
        bool taken;
    };

    /// `texts` outlives this. `prefix` comes before the names of what becomes a property.
    explicit WireRow(ComposedTexts& texts, std::string_view prefix = {}) : texts_(texts), prefix_(prefix) {}

    /// `object` must be a JSON object; its tape outlives what is read from it.
    void open(json::Value object);

    /// The member of that name, taken or not; null when there is none.
    const Member* find(MemberName name) const
    {
        const auto place = shape_->find(name);
        return place == RowShape::no_member ? nullptr : &members_[place];
    }
    /// Also for names that no decoder knows.
    bool has(std::string_view name) const { return shape_->has(name); }

    /// Reads a member with one of the `read_*` functions. It counts as taken unless it was unreadable.
    template <class Read>
    auto take(MemberName name, Read read)
    {
        using Value = decltype(call(read, std::declval<json::Value>()).value);
        const auto place = shape_->find(name);
        if (place == RowShape::no_member || members_[place].taken) {
            return Value();
        }
        auto reading = call(read, members_[place].value);
        members_[place].taken = !reading.unreadable;
        return std::move(reading.value);
    }

    /// Counts a member as taken.
    void drop(MemberName name)
    {
        if (const auto place = shape_->find(name); place != RowShape::no_member) {
            members_[place].taken = true;
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

    /// As a property, verbatim; its key is valid until the next `open`.
    WireProperty property(const Member& member) const
    {
        return {.key = member.name->property, .json = json_of(member.value)};
    }
    /// Appends what is left, in wire order.
    void append_left(std::vector<WireProperty>& properties)
    {
        for_each_left([&](const Member& member) { properties.push_back(property(member)); });
    }

private:
    template <class Read>
    auto call(Read read, json::Value value)
    {
        if constexpr (std::is_invocable_v<Read, json::Value, ComposedTexts&>) {
            return read(value, texts_);
        } else {
            return read(value);
        }
    }
    bool read_as(const RowShape& shape, json::Value object);
    std::string_view json_of(json::Value value) const;

    ComposedTexts& texts_;
    std::string_view prefix_;
    std::shared_ptr<const RowShape> shape_; // of this row, and very likely of the next
    std::vector<Member> members_;           // in wire order
    std::unordered_map<std::uint64_t, std::shared_ptr<const RowShape>> shapes_; // by a digest of the names
};

} // namespace polyglance::wire
