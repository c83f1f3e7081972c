#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace polyglance::wire {

/// Every member of the wire that a decoder reads by its name, sorted.
inline constexpr auto known_members = std::to_array<std::string_view>({
    "CreationTime",
    "Description",
    "EcsImageId",
    "Id",
    "Name",
    "OS-EXT-IMG-SIZE:size",
    "OwnerId",
    "Platform",
    "Type",
    "__backup_id",
    "__description",
    "__image_size",
    "__imagetype",
    "__isregistered",
    "__originalimagename",
    "__os_bit",
    "__os_type",
    "__os_version",
    "__platform",
    "architecture",
    "checksum",
    "container_format",
    "created",
    "created_at",
    "data_source",
    "deleted_at",
    "description",
    "disk_format",
    "file",
    "hw_firmware_type",
    "id",
    "image_type",
    "instance_uuid",
    "links",
    "max_ram",
    "metadata",
    "minDisk",
    "minRam",
    "min_disk",
    "min_ram",
    "name",
    "os_distro",
    "os_hash_algo",
    "os_hash_value",
    "os_hidden",
    "os_type",
    "os_version",
    "owner",
    "owner_id",
    "progress",
    "protected",
    "schema",
    "self",
    "server",
    "size",
    "status",
    "tags",
    "updated",
    "updated_at",
    "virtual_env_type",
    "virtual_size",
    "visibility",
});
static_assert(std::ranges::is_sorted(known_members));

/// A known member, by its place in the list: what is not in there does not compile.
class MemberName {
public:
    template <std::size_t Size>
    consteval MemberName(const char (&name)[Size]) : place_(place_of(name).value()) // NOLINT(*-explicit-*)
    {
    }

    constexpr std::string_view text() const { return known_members[place_]; }
    constexpr std::size_t place() const { return place_; }

    /// Empty for a name that no decoder reads.
    static constexpr std::optional<std::size_t> place_of(std::string_view name)
    {
        const auto* const found = std::ranges::lower_bound(known_members, name);
        const bool known = found != known_members.end() && *found == name;
        return known ? std::optional(static_cast<std::size_t>(found - known_members.begin())) : std::nullopt;
    }

private:
    std::size_t place_;
};

} // namespace polyglance::wire
