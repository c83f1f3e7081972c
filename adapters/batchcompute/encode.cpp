#include "adapters/batchcompute/encode.hpp"

#include <algorithm>

#include "adapters/element_writer.hpp"
#include "adapters/list_target.hpp"
#include "model/json/write.hpp"

namespace polyglance::batchcompute {
namespace {

constexpr std::size_t default_limit = 50;
constexpr std::size_t max_limit = 100;

std::optional<std::string_view> platform_word(std::optional<OsFamily> family)
{
    if (!family) {
        return std::nullopt;
    }
    switch (*family) {
    case OsFamily::linux:
        return "Linux";
    case OsFamily::windows:
        return "Windows";
    case OsFamily::other:
        break;
    }
    return "Other";
}

std::optional<std::string_view> ecs_image_id(const Image& image)
{
    const auto found = std::find_if(image.alt_ids.begin(), image.alt_ids.end(),
                                    [](const auto& id) { return id.first == "ecs_image_id"; });
    return found == image.alt_ids.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

} // namespace

void append_element(std::string& out, const Image& image)
{
    const bool typed = image.origin || image.visibility;
    const bool system = type_of(image) == ImageType::system;
    wire::ElementWriter element(out, image.properties);
    element.text("Id", image.native_id);
    element.text("Name", image.name);
    element.text("Description", image.description);
    element.text(element.first_free({"EcsImageId", "ECSImageId"}), ecs_image_id(image));
    element.text("OwnerId", image.owner);
    if (typed && system && !image.owner) {
        element.number("OwnerId", 0);
    }
    element.text("Platform", platform_word(wire::stated(image, "os.family", image.os.family)));
    element.text("Type", typed ? std::optional<std::string_view>(system ? "System" : "Self") : std::nullopt);
    if (image.created_at) {
        element.text("CreationTime", format_timestamp(*image.created_at));
    }
    element.properties();
    element.close();
}

ImageType type_of(const Image& image)
{
    if (image.origin) {
        return image.origin == Origin::provider ? ImageType::system : ImageType::self;
    }
    return image.visibility == Visibility::public_ ? ImageType::system : ImageType::self;
}

ListRequest read_list_request(std::string_view target)
{
    const wire::ListTarget call(target);
    const auto limit = call.number("MaxItemCount", default_limit, max_limit);
    return {.type = call.find("Type") == "System" ? ImageType::system : ImageType::self,
            .marker = call.text("Marker"),
            .limit = limit == 0 ? default_limit : limit};
}

std::string encode_page(std::span<const Image> images, std::string_view next_marker)
{
    std::string out = "{\"Items\":[";
    for (const Image& image : images) {
        out += &image == images.data() ? "" : ",";
        append_element(out, image);
    }
    out += ']';
    json::append_key(out, "NextMarker");
    json::append_quoted(out, next_marker);
    return out + '}';
}

} // namespace polyglance::batchcompute
