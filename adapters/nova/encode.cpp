#include "adapters/nova/encode.hpp"

#include <algorithm>

#include "adapters/element_writer.hpp"
#include "adapters/list_target.hpp"
#include "adapters/scalars.hpp"
#include "model/json/write.hpp"

namespace polyglance::nova {
namespace {

constexpr std::string_view metadata_prefix = "metadata.";
constexpr std::size_t max_limit = 1000;

std::string_view usual_word(Status status)
{
    switch (status) {
    case Status::active:
        return "ACTIVE";
    case Status::queued:
    case Status::saving:
        return "SAVING";
    case Status::error:
        return "ERROR";
    case Status::deleted:
    case Status::pending_delete:
        return "DELETED";
    case Status::deactivated:
    case Status::unknown:
        break;
    }
    return "UNKNOWN";
}

bool is_usual_word(std::string_view upper)
{
    return upper == "ACTIVE" || upper == "SAVING" || upper == "ERROR" || upper == "DELETED" || upper == "UNKNOWN";
}

/// A word that Nova is not known to use goes back as it came: it was read as unknown.
std::optional<std::string> status_word(const Image& image)
{
    if (!image.status) {
        return std::nullopt;
    }
    if (image.status == Status::unknown && image.status_raw && !is_usual_word(wire::to_upper(*image.status_raw))) {
        return wire::to_upper(*image.status_raw);
    }
    return std::string(usual_word(*image.status));
}

std::optional<std::int64_t> progress_of(const Image& image)
{
    if (!image.status) {
        return std::nullopt;
    }
    switch (*image.status) {
    case Status::queued:
        return 25;
    case Status::saving:
        return 50;
    case Status::active:
        return 100;
    default:
        return 0;
    }
}

std::string links_of(const Image& image)
{
    std::string out = "[";
    for (const Link& link : image.links) {
        json::append_key(out += &link == image.links.data() ? "{" : ",{", "rel");
        json::append_quoted(out, link.rel);
        json::append_key(out, "href");
        json::append_quoted(out, link.href);
        if (link.type) {
            json::append_key(out, "type");
            json::append_quoted(out, *link.type);
        }
        out += '}';
    }
    return out + ']';
}

/// Where the server stands that an image was taken of: beside the image, under /servers.
std::optional<Link> server_link(const Link& link, const Image& image)
{
    const auto tail = "/images/" + image.native_id;
    if ((link.rel != "self" && link.rel != "bookmark") || !link.href.ends_with(tail)) {
        return std::nullopt;
    }
    const auto base = link.href.substr(0, link.href.size() - tail.size());
    return Link{.rel = link.rel, .href = base + "/servers/" + *image.source_server_id, .type = std::nullopt};
}

std::string server_of(const Image& image)
{
    Image server;
    for (const Link& link : image.links) {
        if (auto found = server_link(link, image)) {
            server.links.push_back(std::move(*found));
        }
    }
    std::string out = "{\"id\":";
    json::append_quoted(out, *image.source_server_id);
    json::append_key(out, "links");
    return out + links_of(server) + '}';
}

void append_metadata(std::string& out, const Image& image)
{
    wire::ElementWriter metadata(out, image.properties, metadata_prefix);
    metadata.text("image_type", wire::word_of(wire::stated(image, "artifact", image.artifact)));
    metadata.text("instance_uuid", image.source_server_id);
    metadata.text("owner_id", image.owner);
    metadata.text("architecture", wire::word_of(wire::stated(image, "architecture", image.architecture)));
    metadata.text("os_type", wire::word_of(wire::stated(image, "os.family", image.os.family)));
    metadata.text("os_distro", wire::stated(image, "os.distro", image.os.distro));
    metadata.text("os_version", wire::stated(image, "os.version", image.os.version));
    metadata.text("description", image.description);
    metadata.text("hw_firmware_type", image.firmware);
    metadata.properties();
    metadata.close();
}

bool is_metadata(const Property& property)
{
    return property.key.starts_with(metadata_prefix);
}

/// The properties in their order; metadata stands where its first one does.
void append_rest(std::string& out, wire::ElementWriter& element, const Image& image)
{
    const auto first = std::find_if(image.properties.begin(), image.properties.end(), is_metadata);
    const auto write_top = [&](auto begin, auto end) {
        std::for_each(begin, end, [&](const Property& property) {
            if (!is_metadata(property)) {
                element.property(property);
            }
        });
    };
    write_top(image.properties.begin(), first);
    if (!element.taken("metadata")) {
        json::append_key(out, "metadata");
        append_metadata(out, image);
    }
    write_top(first, image.properties.end());
}

} // namespace

void append_element(std::string& out, const Image& image)
{
    wire::ElementWriter element(out, image.properties);
    element.text("id", image.native_id);
    element.text_or_null("name", image.name);
    element.text("status", status_word(image));
    element.number("progress", progress_of(image));
    element.number("OS-EXT-IMG-SIZE:size", image.size_bytes.value_or(0));
    element.number("minDisk", image.min_disk_gib);
    element.number("minRam", image.min_ram_mib);
    element.time("created", image.created_at);
    element.time("updated", image.updated_at);
    if (image.source_server_id) {
        element.raw("server", server_of(image));
    }
    element.raw("links", links_of(image));
    append_rest(out, element, image);
    element.close();
}

void append_brief_element(std::string& out, const Image& image)
{
    const std::vector<Property> none;
    wire::ElementWriter element(out, none);
    element.text("id", image.native_id);
    element.text_or_null("name", image.name);
    element.raw("links", links_of(image));
    element.close();
}

ListRequest read_list_request(std::string_view target)
{
    const wire::ListTarget call(target);
    const auto limit = call.number("limit", max_limit, max_limit);
    return {.view = call.path().ends_with("/detail") ? View::detail : View::brief,
            .marker = call.text("marker"),
            .limit = limit == 0 ? max_limit : limit,
            .target = std::string(target)};
}

std::string encode_page(std::span<const Image> images, const ListRequest& request, std::string_view origin, bool more)
{
    std::string out = "{\"images\":[";
    for (const Image& image : images) {
        out += &image == images.data() ? "" : ",";
        request.view == View::detail ? append_element(out, image) : append_brief_element(out, image);
    }
    out += ']';
    if (more && !images.empty()) {
        const auto next = wire::ListTarget(request.target).with("marker", images.back().native_id);
        out += R"(,"images_links":[{"rel":"next","href":)";
        json::append_quoted(out, std::string(origin) + next);
        out += "}]";
    }
    return out + '}';
}

} // namespace polyglance::nova
