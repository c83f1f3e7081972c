#include "tests/support/image_json.hpp"

#include <nlohmann/json.hpp>

namespace polyglance::test {
namespace {

using nlohmann::json;

template <class T>
json value_or_null(const std::optional<T>& value)
{
    return value ? json(*value) : json(nullptr);
}

template <class Enum>
json word_or_null(const std::optional<Enum>& value)
{
    return value ? json(to_string(*value)) : json(nullptr);
}

json time_or_null(const std::optional<Instant>& value)
{
    return value ? json(format_timestamp(*value)) : json(nullptr);
}

json os_json(const OsInfo& os)
{
    return {{"family", word_or_null(os.family)},
            {"distro", value_or_null(os.distro)},
            {"version", value_or_null(os.version)},
            {"name_raw", value_or_null(os.name_raw)},
            {"bits", value_or_null(os.bits)}};
}

json capabilities_json(const std::optional<Capabilities>& capabilities)
{
    if (!capabilities) {
        return nullptr;
    }
    json out = json::object();
    for (const auto& [name, value] : *capabilities) {
        std::visit([&](const auto& each) { out[name] = each; }, value);
    }
    return out;
}

json links_json(const std::vector<Link>& links)
{
    json out = json::array();
    for (const Link& link : links) {
        json each{{"rel", link.rel}, {"href", link.href}};
        if (link.type) {
            each["type"] = *link.type;
        }
        out.push_back(each);
    }
    return out;
}

json properties_json(const std::vector<Property>& properties)
{
    json out = json::object();
    for (const Property& property : properties) {
        out[property.key] = json::parse(property.json);
    }
    return out;
}

} // namespace

nlohmann::json image_json(const Image& image)
{
    json alt_ids = json::object();
    for (const auto& [name, id] : image.alt_ids) {
        alt_ids[name] = id;
    }
    json checksum;
    if (image.checksum) {
        checksum = {{"algo", image.checksum->algo}, {"value", image.checksum->value}};
    }
    return {{"native_id", image.native_id},
            {"alt_ids", alt_ids},
            {"name", value_or_null(image.name)},
            {"description", value_or_null(image.description)},
            {"status", word_or_null(image.status)},
            {"status_raw", value_or_null(image.status_raw)},
            {"visibility", word_or_null(image.visibility)},
            {"origin", word_or_null(image.origin)},
            {"artifact", word_or_null(image.artifact)},
            {"registered", value_or_null(image.registered)},
            {"protected", value_or_null(image.is_protected)},
            {"owner", value_or_null(image.owner)},
            {"os", os_json(image.os)},
            {"architecture", word_or_null(image.architecture)},
            {"size_bytes", value_or_null(image.size_bytes)},
            {"virtual_size_bytes", value_or_null(image.virtual_size_bytes)},
            {"min_disk_gib", value_or_null(image.min_disk_gib)},
            {"min_ram_mib", value_or_null(image.min_ram_mib)},
            {"max_ram_mib", value_or_null(image.max_ram_mib)},
            {"disk_format", value_or_null(image.disk_format)},
            {"container_format", value_or_null(image.container_format)},
            {"checksum", checksum},
            {"firmware", value_or_null(image.firmware)},
            {"capabilities", capabilities_json(image.capabilities)},
            {"tags", value_or_null(image.tags)},
            {"created_at", time_or_null(image.created_at)},
            {"updated_at", time_or_null(image.updated_at)},
            {"deleted_at", time_or_null(image.deleted_at)},
            {"source_server_id", value_or_null(image.source_server_id)},
            {"parent_image_id", value_or_null(image.parent_image_id)},
            {"backup_id", value_or_null(image.backup_id)},
            {"links", links_json(image.links)},
            {"properties", properties_json(image.properties)}};
}

} // namespace polyglance::test
