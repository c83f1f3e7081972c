#include <algorithm>

#include "cache/json_walk.hpp"
#include "cache/record.hpp"

namespace polyglance {
namespace {

/// Appends the members of one object that are wanted, in their order.
class ObjectWriter {
public:
    ObjectWriter(std::string& out, bool omit_null) : out_(out), omit_null_(omit_null) { out_ += '{'; }

    bool starts(std::string_view key, std::string_view value)
    {
        if (omit_null_ && value == "null") {
            return false;
        }
        if (!first_) {
            out_ += ',';
        }
        first_ = false;
        out_.append(1, '"').append(key).append("\":");
        return true;
    }
    void copy(std::string_view key, std::string_view value)
    {
        if (starts(key, value)) {
            out_ += value;
        }
    }
    void end() { out_ += '}'; }

private:
    std::string& out_;
    bool omit_null_;
    bool first_ = true;
};

bool wants_whole(const Projection& projection, std::string_view key)
{
    return projection.view != Projection::View::fields || key == "uid" ||
           std::ranges::find(projection.fields, key) != projection.fields.end();
}

bool wants_inner(const Projection& projection, std::string_view key, std::string_view inner)
{
    return std::ranges::any_of(projection.fields, [&](std::string_view field) {
        return field.size() == key.size() + 1 + inner.size() && field.starts_with(key) && field[key.size()] == '.' &&
               field.ends_with(inner);
    });
}

bool wants_some(const Projection& projection, std::string_view key)
{
    return std::ranges::any_of(projection.fields, [&](std::string_view field) {
        return field.size() > key.size() && field.starts_with(key) && field[key.size()] == '.';
    });
}

/// `os` is the only object whose members may be null in our own right; those of `properties` belong to the backend.
bool omits_inside(const Projection& projection, std::string_view key)
{
    return projection.omit_null && key == "os";
}

void append_inner(std::string& out, std::string_view key, std::string_view object, bool whole,
                  const Projection& projection)
{
    ObjectWriter writer(out, omits_inside(projection, key));
    for (MemberWalk inner(object); inner.next();) {
        if (whole || wants_inner(projection, key, inner.key())) {
            writer.copy(inner.key(), inner.value());
        }
    }
    writer.end();
}

} // namespace

void append_projected(std::string& out, std::string_view record, std::size_t basic, const Projection& projection)
{
    const bool basic_only = projection.view == Projection::View::basic;
    if (projection.view != Projection::View::fields && !projection.omit_null) {
        out += basic_only ? record.substr(0, basic) : record;
        if (basic_only) {
            out += '}';
        }
        return;
    }
    ObjectWriter writer(out, projection.omit_null);
    for (MemberWalk member(basic_only ? record.substr(0, basic) : record); member.next();) {
        const bool whole = wants_whole(projection, member.key());
        if (!whole && !wants_some(projection, member.key())) {
            continue;
        }
        const bool plain = !member.value().starts_with('{') || (whole && !omits_inside(projection, member.key()));
        if (plain) {
            writer.copy(member.key(), member.value());
        } else if (writer.starts(member.key(), member.value())) {
            append_inner(out, member.key(), member.value(), whole, projection);
        }
    }
    writer.end();
}

const std::vector<std::string_view>& record_members()
{
    static const std::vector<std::string_view> members{"uid",
                                                       "provider",
                                                       "source",
                                                       "region",
                                                       "native_id",
                                                       "alt_ids",
                                                       "alt_ids.ecs_image_id",
                                                       "name",
                                                       "description",
                                                       "status",
                                                       "status_raw",
                                                       "visibility",
                                                       "origin",
                                                       "artifact",
                                                       "registered",
                                                       "protected",
                                                       "owner",
                                                       "os",
                                                       "os.family",
                                                       "os.distro",
                                                       "os.version",
                                                       "os.name_raw",
                                                       "os.bits",
                                                       "architecture",
                                                       "size_bytes",
                                                       "virtual_size_bytes",
                                                       "min_disk_gib",
                                                       "min_ram_mib",
                                                       "max_ram_mib",
                                                       "disk_format",
                                                       "container_format",
                                                       "checksum",
                                                       "checksum.algo",
                                                       "checksum.value",
                                                       "firmware",
                                                       "tags",
                                                       "created_at",
                                                       "updated_at",
                                                       "deleted_at",
                                                       "source_server_id",
                                                       "parent_image_id",
                                                       "backup_id",
                                                       "hidden",
                                                       "inferred",
                                                       "capabilities",
                                                       "links",
                                                       "properties"};
    return members;
}

} // namespace polyglance
