#include <type_traits>

#include "cache/record.hpp"
#include "model/json/tape.hpp"

namespace polyglance {
namespace {

// These take what has the right kind and leave the rest out: `parse_record` compares the result with the
// text it came from, so nothing wrong or missing passes.

using Member = std::optional<json::Value>;

void read(const Member& member, std::optional<std::string>& into)
{
    if (member && member->is(json::Kind::string)) {
        into = std::string(member->text());
    }
}

void read(const Member& member, std::optional<bool>& into)
{
    if (member && member->is(json::Kind::boolean)) {
        into = member->text() == "true";
    }
}

void read(const Member& member, std::optional<std::int64_t>& into)
{
    if (member) {
        into = member->as_int64();
    }
}

void read(const Member& member, std::optional<Instant>& into)
{
    if (member) {
        into = parse_timestamp(member->text());
    }
}

template <class Enum>
    requires std::is_enum_v<Enum>
void read(const Member& member, std::optional<Enum>& into)
{
    if (member) {
        into = enum_from<Enum>(member->text());
    }
}

std::vector<std::string> read_texts(const json::Value& list)
{
    std::vector<std::string> out;
    if (list.is(json::Kind::array)) {
        for (const auto element : list) {
            out.emplace_back(element.text());
        }
    }
    return out;
}

void read_os(const json::Value& object, OsInfo& os)
{
    std::optional<std::int64_t> bits;
    read(object.find("family"), os.family);
    read(object.find("distro"), os.distro);
    read(object.find("version"), os.version);
    read(object.find("name_raw"), os.name_raw);
    read(object.find("bits"), bits);
    if (bits) {
        os.bits = static_cast<int>(*bits);
    }
}

void read_checksum(const json::Value& object, std::optional<Checksum>& checksum)
{
    const auto algo = object.find("algo");
    const auto value = object.find("value");
    if (algo && value) {
        checksum = Checksum{std::string(algo->text()), std::string(value->text())};
    }
}

void read_lists(const json::Value& object, Image& image)
{
    if (const auto alt_ids = object.find("alt_ids"); alt_ids && alt_ids->is(json::Kind::object)) {
        for (const auto id : *alt_ids) {
            image.alt_ids.emplace_back(id.key(), id.text());
        }
    }
    if (const auto tags = object.find("tags"); tags && tags->is(json::Kind::array)) {
        image.tags = read_texts(*tags);
    }
    if (const auto inferred = object.find("inferred")) {
        image.inferred = read_texts(*inferred);
    }
}

void read_rest(const json::Value& object, Image& image)
{
    if (const auto capabilities = object.find("capabilities"); capabilities && capabilities->is(json::Kind::object)) {
        image.capabilities.emplace();
        for (const auto member : *capabilities) {
            image.capabilities->emplace_back(member.key(), member.is(json::Kind::boolean)
                                                               ? CapabilityValue(member.text() == "true")
                                                               : CapabilityValue(std::string(member.text())));
        }
    }
    if (const auto links = object.find("links"); links && links->is(json::Kind::array)) {
        for (const auto element : *links) {
            const auto rel = element.find("rel");
            const auto href = element.find("href");
            Link& link = image.links.emplace_back();
            link.rel = rel ? rel->text() : "";
            link.href = href ? href->text() : "";
            read(element.find("type"), link.type);
        }
    }
    if (const auto properties = object.find("properties"); properties && properties->is(json::Kind::object)) {
        for (const auto member : *properties) {
            Property& property = image.properties.emplace_back();
            property.key = member.key();
            member.append_json(property.json);
        }
    }
}

Image read_image(const json::Value& object)
{
    Image image;
    if (const auto native_id = object.find("native_id")) {
        image.native_id = native_id->text();
    }
    read(object.find("name"), image.name);
    read(object.find("description"), image.description);
    read(object.find("status"), image.status);
    read(object.find("status_raw"), image.status_raw);
    read(object.find("visibility"), image.visibility);
    read(object.find("origin"), image.origin);
    read(object.find("artifact"), image.artifact);
    read(object.find("registered"), image.registered);
    read(object.find("protected"), image.is_protected);
    read(object.find("hidden"), image.hidden);
    read(object.find("owner"), image.owner);
    if (const auto os = object.find("os")) {
        read_os(*os, image.os);
    }
    read(object.find("architecture"), image.architecture);
    read(object.find("size_bytes"), image.size_bytes);
    read(object.find("virtual_size_bytes"), image.virtual_size_bytes);
    read(object.find("min_disk_gib"), image.min_disk_gib);
    read(object.find("min_ram_mib"), image.min_ram_mib);
    read(object.find("max_ram_mib"), image.max_ram_mib);
    read(object.find("disk_format"), image.disk_format);
    read(object.find("container_format"), image.container_format);
    if (const auto checksum = object.find("checksum")) {
        read_checksum(*checksum, image.checksum);
    }
    read(object.find("firmware"), image.firmware);
    read(object.find("created_at"), image.created_at);
    read(object.find("updated_at"), image.updated_at);
    read(object.find("deleted_at"), image.deleted_at);
    read(object.find("source_server_id"), image.source_server_id);
    read(object.find("parent_image_id"), image.parent_image_id);
    read(object.find("backup_id"), image.backup_id);
    read_lists(object, image);
    read_rest(object, image);
    return image;
}

std::optional<SourceIdentity> read_identity(const json::Value& object)
{
    std::optional<std::string> source;
    std::optional<Provider> provider;
    SourceIdentity identity;
    read(object.find("source"), source);
    read(object.find("provider"), provider);
    read(object.find("region"), identity.region);
    if (!source || !provider) {
        return std::nullopt;
    }
    identity.source = *source;
    identity.provider = *provider;
    return identity;
}

} // namespace

std::optional<Image> parse_record(std::string_view record)
{
    const auto tape = json::Tape::parse(record);
    if (!tape || !tape->valid_utf8()) {
        return std::nullopt;
    }
    const auto identity = read_identity(tape->root());
    if (!identity) {
        return std::nullopt;
    }
    Image image = read_image(tape->root());
    std::string again;
    again.reserve(record.size());
    append_record(again, *identity, image);
    return again == record ? std::optional(std::move(image)) : std::nullopt;
}

} // namespace polyglance
