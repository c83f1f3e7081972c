#include "adapters/image_members.hpp"

#include <algorithm>
#include <array>

#include "adapters/distros.hpp"

namespace polyglance::wire {
namespace {

struct StatusRow {
    std::string_view word;
    Status status;
};

/// The first row of a status is the word that it is written as.
constexpr std::array statuses{
    StatusRow{"queued", Status::queued},           StatusRow{"saving", Status::saving},
    StatusRow{"uploading", Status::saving},        StatusRow{"importing", Status::saving},
    StatusRow{"active", Status::active},           StatusRow{"killed", Status::error},
    StatusRow{"deleted", Status::deleted},         StatusRow{"pending_delete", Status::pending_delete},
    StatusRow{"deactivated", Status::deactivated},
};

constexpr std::array<MemberName, 3> link_members{"self", "file", "schema"};

/// Tags are a set: sorted, so that the same set is always the same list. One element that is no text spoils them all.
Reading<std::vector<std::string_view>> read_tags(json::Value value)
{
    if (value.is(json::Kind::null)) {
        return {};
    }
    if (!value.is(json::Kind::array)) {
        return {.unreadable = true};
    }
    std::vector<std::string_view> tags;
    tags.reserve(value.size());
    for (const json::Value tag : value) {
        if (!tag.is(json::Kind::string)) {
            return {.unreadable = true};
        }
        tags.emplace_back(tag.text());
    }
    std::sort(tags.begin(), tags.end());
    return {std::move(tags)};
}

/// Huawei sends `private` for an image that is shared with us; what makes it shared stands in `__imagetype`.
std::optional<std::string_view> visibility_word(const Image& image)
{
    if (image.visibility == Visibility::shared && image.origin == Origin::shared) {
        return "private";
    }
    return word_of(image.visibility);
}

} // namespace

Status status_from_image_word(std::string_view word)
{
    const auto found =
        std::find_if(statuses.begin(), statuses.end(), [&](const auto& row) { return same_word(word, row.word); });
    return found == statuses.end() ? Status::unknown : found->status;
}

std::optional<std::string> image_word(const Image& image)
{
    if (!image.status) {
        return std::nullopt;
    }
    if (image.status_raw && status_from_image_word(*image.status_raw) == image.status) {
        return to_lower(*image.status_raw);
    }
    const auto found =
        std::find_if(statuses.begin(), statuses.end(), [&](const auto& row) { return row.status == image.status; });
    return std::string(found == statuses.end() ? to_string(*image.status) : found->word);
}

void read_image_members(WireRow& row, WireImage& image)
{
    image.name = row.take("name", read_text);
    image.status_raw = row.take("status", read_text);
    if (image.status_raw) {
        image.status = status_from_image_word(*image.status_raw);
    }
    image.visibility = row.take("visibility", read_word<Visibility>);
    image.is_protected = row.take("protected", read_bool);
    image.owner = row.take("owner", read_text);
    image.architecture = row.take("architecture", read_word<Architecture>);
    image.virtual_size_bytes = row.take("virtual_size", read_size);
    image.min_disk_gib = row.take("min_disk", read_count);
    image.min_ram_mib = row.take("min_ram", read_count);
    image.disk_format = row.take("disk_format", read_lower_text);
    image.container_format = row.take("container_format", read_lower_text);
    image.firmware = row.take("hw_firmware_type", read_firmware);
    image.tags = row.take("tags", read_tags);
    image.created_at = row.take("created_at", read_timestamp);
    image.updated_at = row.take("updated_at", read_timestamp);
    image.deleted_at = row.take("deleted_at", read_timestamp);
    for (const auto rel : link_members) {
        if (auto href = row.take(rel, read_text)) {
            image.links.push_back({.rel = rel.text(), .href = *href, .type = std::nullopt});
        }
    }
}

void append_image_members(ElementWriter& element, const Image& image)
{
    element.text("id", image.native_id);
    element.text("name", image.name);
    element.text("status", image_word(image));
    element.text("visibility", visibility_word(image));
    element.boolean("protected", image.is_protected);
    element.text("owner", image.owner);
    element.text("architecture", word_of(stated(image, "architecture", image.architecture)));
    element.number("min_disk", image.min_disk_gib);
    element.number("min_ram", image.min_ram_mib);
    element.text("disk_format", image.disk_format);
    element.text("container_format", image.container_format);
    element.text("hw_firmware_type", image.firmware);
    element.texts("tags", image.tags);
    element.time("created_at", image.created_at);
    element.time("updated_at", image.updated_at);
}

void append_image_links(ElementWriter& element, const Image& image)
{
    for (const auto rel : link_members) {
        const auto link = std::find_if(image.links.begin(), image.links.end(),
                                       [&](const Link& each) { return each.rel == rel.text(); });
        if (link != image.links.end()) {
            element.text(rel.text(), link->href);
        }
    }
}

void infer_family(WireImage& image)
{
    if (!image.os.family && image.os.distro) {
        image.os.family = family_of(*image.os.distro);
        if (image.os.family) {
            image.inferred.emplace_back("os.family");
        }
    }
}

} // namespace polyglance::wire
