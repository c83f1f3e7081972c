#include "adapters/nova/decode.hpp"

#include <array>

#include "adapters/distros.hpp"
#include "adapters/image_members.hpp"
#include "adapters/wire_row.hpp"

namespace polyglance::nova {
namespace {

using json::Kind;
using json::Value;
using wire::Reading;
using wire::RowSpace;
using wire::WireProperty;
using wire::WireRow;

using WireLink = BasicLink<std::string_view>;

/// An enumeration word in metadata, where `None` says nothing.
template <class Enum>
Reading<Enum> read_metadata_word(Value value)
{
    const auto text = wire::read_metadata_text(value);
    return text.value ? wire::read_word<Enum>(value) : Reading<Enum>{.unreadable = text.unreadable};
}

Reading<std::string_view> read_metadata_distro(Value value, wire::ComposedTexts& texts)
{
    const auto text = wire::read_metadata_text(value);
    if (!text.value) {
        return {.unreadable = text.unreadable};
    }
    const auto slug = wire::distro_slug(*text.value, texts);
    return {.value = slug, .unreadable = !slug};
}

Reading<std::string_view> read_server(Value value)
{
    const auto id = value.find("id");
    return id ? wire::read_text(*id) : Reading<std::string_view>{.unreadable = !value.is(Kind::null)};
}

std::optional<WireLink> read_link(Value value)
{
    const auto rel = value.find("rel");
    const auto href = value.find("href");
    if (!rel || !rel->is(Kind::string) || !href || !href->is(Kind::string)) {
        return std::nullopt;
    }
    WireLink link{.rel = rel->text(), .href = href->text(), .type = std::nullopt};
    if (const auto type = value.find("type"); type && type->is(Kind::string)) {
        link.type = type->text();
    }
    return link;
}

Reading<std::vector<WireLink>> read_links(Value value)
{
    if (value.is(Kind::null)) {
        return {};
    }
    if (!value.is(Kind::array)) {
        return {.unreadable = true};
    }
    std::vector<WireLink> links;
    links.reserve(value.size());
    for (const Value each : value) {
        const auto link = read_link(each);
        if (!link) {
            return {.unreadable = true};
        }
        links.push_back(*link);
    }
    return {std::move(links)};
}

/// Nova has fewer words than Glance: `progress` tells queued from saving, and UNKNOWN stands for three of them.
Status status_of(std::string_view word, std::optional<std::int64_t> progress)
{
    if (wire::same_word(word, "active")) {
        return Status::active;
    }
    if (wire::same_word(word, "saving")) {
        return progress == 25 ? Status::queued : Status::saving;
    }
    if (wire::same_word(word, "error")) {
        return Status::error;
    }
    return wire::same_word(word, "deleted") ? Status::deleted : Status::unknown;
}

void read_metadata(WireRow& metadata, WireImage& image)
{
    image.owner = metadata.take("owner_id", wire::read_metadata_text);
    image.artifact = metadata.take("image_type", read_metadata_word<Artifact>);
    image.architecture = metadata.take("architecture", read_metadata_word<Architecture>);
    image.os.family = metadata.take("os_type", read_metadata_word<OsFamily>);
    image.os.distro = metadata.take("os_distro", read_metadata_distro);
    image.os.version = metadata.take("os_version", wire::read_metadata_text);
    image.os.name_raw = image.os.version;

    const auto* const server = metadata.find("instance_uuid");
    const auto id = server != nullptr ? wire::read_metadata_text(server->value) : Reading<std::string_view>{};
    if (!image.source_server_id || !id.value || id.value == image.source_server_id) {
        const auto taken = metadata.take("instance_uuid", wire::read_metadata_text);
        image.source_server_id = image.source_server_id ? image.source_server_id : taken;
    }
}

void read_top(WireRow& row, WireImage& image)
{
    image.name = row.take("name", wire::read_text);
    image.status_raw = row.take("status", wire::read_text);
    if (image.status_raw) {
        const auto* const progress = row.find("progress");
        image.status =
            status_of(*image.status_raw, progress != nullptr ? wire::read_count(progress->value).value : std::nullopt);
    }
    image.size_bytes = row.take("OS-EXT-IMG-SIZE:size", wire::read_size);
    image.min_disk_gib = row.take("minDisk", wire::read_count);
    image.min_ram_mib = row.take("minRam", wire::read_count);
    image.created_at = row.take("created", wire::read_timestamp);
    image.updated_at = row.take("updated", wire::read_timestamp);
    image.source_server_id = row.take("server", read_server);
    image.links = row.take("links", read_links).value_or(std::vector<WireLink>{});
}

/// Metadata takes its place among the other members, its own under a prefix; a member that is already called
/// `metadata.x` gives way to a real one.
void keep_the_rest(WireRow& row, WireRow* metadata, std::vector<WireProperty>& properties)
{
    constexpr std::string_view prefix = "metadata.";
    row.for_each_left([&](const WireRow::Member& member) {
        if (metadata != nullptr && member.name->key == "metadata") {
            metadata->append_left(properties);
            return;
        }
        const bool shadow = metadata != nullptr && member.name->key.starts_with(prefix) &&
                            metadata->has(member.name->key.substr(prefix.size()));
        if (!shadow) {
            properties.push_back(row.property(member));
        }
    });
}

bool decode(Value value, const DecodeContext&, RowSpace& space)
{
    if (!value.is(Kind::object)) {
        return false;
    }
    auto& image = space.begin();
    auto& row = space.row;
    row.open(value);
    const auto id = row.take("id", wire::read_id);
    if (!id) {
        return false;
    }
    image.native_id = *id;
    read_top(row, image);

    const auto* const member = row.find("metadata");
    WireRow* metadata = nullptr;
    if (member != nullptr && member->value.is(Kind::object)) {
        metadata = &space.metadata;
        metadata->open(member->value);
        read_metadata(*metadata, image);
    }
    if (image.artifact == Artifact::snapshot) {
        image.origin = Origin::self;
        image.inferred.emplace_back("origin");
    }
    wire::infer_family(image);
    keep_the_rest(row, metadata, image.properties);
    return true;
}

} // namespace

PageFormat page_format(const DecodeContext& context)
{
    return {.list_members = {"images", "image"}, .id_member = "id", .decode = decode_with(decode, context)};
}

} // namespace polyglance::nova
