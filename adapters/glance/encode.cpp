#include "adapters/glance/encode.hpp"

#include "adapters/element_writer.hpp"
#include "adapters/huawei_members.hpp"
#include "adapters/image_members.hpp"
#include "adapters/list_target.hpp"
#include "model/json/write.hpp"

namespace polyglance::glance {
namespace {

constexpr std::size_t default_limit = 25;
constexpr std::size_t max_limit = 1000;

Dialect dialect_of(const Image& image)
{
    const bool huawei = image.registered || wire::stated(image, "origin", image.origin) || image.max_ram_mib ||
                        image.parent_image_id || image.backup_id || wire::stated(image, "os.bits", image.os.bits) ||
                        (image.capabilities && !image.capabilities->empty()) ||
                        (!wire::is_inferred(image, "os.version") && image.os.name_raw != image.os.version);
    return huawei ? Dialect::huawei : Dialect::openstack;
}

void append_checksum(wire::ElementWriter& element, const Image& image)
{
    const auto& checksum = image.checksum;
    const bool md5 = checksum && checksum->algo == "md5" && !element.taken("checksum");
    const bool strong = checksum && !md5;
    using Text = std::optional<std::string_view>;
    element.text_or_null("checksum", md5 ? Text(checksum->value) : Text());
    element.text_or_null("os_hash_algo", strong ? Text(checksum->algo) : Text());
    element.text_or_null("os_hash_value", strong ? Text(checksum->value) : Text());
}

void append_openstack_members(wire::ElementWriter& element, const Image& image)
{
    element.number_or_null(element.first_free({"size", "__image_size"}), image.size_bytes);
    element.text(element.first_free({"description", "__description"}), image.description);
    element.text(element.first_free({"os_type", "__os_type"}),
                 wire::word_of(wire::stated(image, "os.family", image.os.family)));
    element.text(element.first_free({"os_distro", "__platform"}), wire::stated(image, "os.distro", image.os.distro));
    element.text(element.first_free({"os_version", "__os_version"}),
                 wire::stated(image, "os.version", image.os.version));
}

/// OpenStack sends its own members also when they have no value.
void append_nulls(wire::ElementWriter& element, const Image& image)
{
    const auto null_unless = [&](std::string_view name, bool there) {
        if (!there) {
            element.raw(name, "null");
        }
    };
    null_unless("name", image.name.has_value());
    null_unless("owner", image.owner.has_value());
    null_unless("disk_format", image.disk_format.has_value());
    null_unless("container_format", image.container_format.has_value());
}

} // namespace

void append_element(std::string& out, const Image& image)
{
    append_element(out, image, dialect_of(image));
}

void append_element(std::string& out, const Image& image, Dialect dialect)
{
    wire::ElementWriter element(out, image.properties);
    wire::append_image_members(element, image);
    append_nulls(element, image);
    if (dialect == Dialect::huawei) {
        wire::append_huawei_members(element, image);
    } else {
        append_openstack_members(element, image);
    }
    element.number_or_null("virtual_size", image.virtual_size_bytes);
    element.text("image_type", wire::word_of(wire::stated(image, "artifact", image.artifact)));
    element.text("instance_uuid", image.source_server_id);
    element.time("deleted_at", image.deleted_at);
    append_checksum(element, image);
    if (image.hidden == true) {
        element.boolean("os_hidden", true);
    }
    wire::append_image_links(element, image);
    element.properties();
    element.close();
}

ListRequest read_list_request(std::string_view target)
{
    const wire::ListTarget call(target);
    return {.marker = call.text("marker"),
            .limit = call.number("limit", default_limit, max_limit),
            .os_hidden = call.find("os_hidden") == "true",
            .target = std::string(target)};
}

std::string encode_page(std::span<const Image> images, const ListRequest& request, bool more)
{
    const wire::ListTarget call(request.target);
    std::string out = "{\"images\":[";
    for (const Image& image : images) {
        out += &image == images.data() ? "" : ",";
        append_element(out, image);
    }
    out += ']';
    json::append_key(out, "first");
    json::append_quoted(out, call.without("marker"));
    if (more && !images.empty()) {
        json::append_key(out, "next");
        json::append_quoted(out, call.with("marker", images.back().native_id));
    }
    json::append_key(out, "schema");
    json::append_quoted(out, "/v2/schemas/images");
    return out + '}';
}

} // namespace polyglance::glance
