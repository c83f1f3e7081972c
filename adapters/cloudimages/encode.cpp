#include "adapters/cloudimages/encode.hpp"

#include "adapters/element_writer.hpp"
#include "adapters/huawei_members.hpp"
#include "adapters/image_members.hpp"
#include "adapters/list_target.hpp"

namespace polyglance::cloudimages {
namespace {

constexpr std::size_t max_limit = 500;

std::string region_in(std::string_view path)
{
    constexpr std::string_view before = "/v1/cloudimages/";
    const auto at = path.find(before);
    const auto segment = at == std::string_view::npos ? "" : path.substr(at + before.size());
    return segment.find('/') == std::string_view::npos ? percent_decode(segment).value_or("") : "";
}

} // namespace

void append_element(std::string& out, const Image& image)
{
    wire::ElementWriter element(out, image.properties);
    wire::append_image_members(element, image);
    wire::append_huawei_members(element, image);
    element.number("virtual_size", image.virtual_size_bytes);
    element.text("checksum", image.checksum && image.checksum->algo == "md5"
                                 ? std::optional<std::string_view>(image.checksum->value)
                                 : std::nullopt);
    if (image.source_server_id) {
        element.text("data_source", "instance:" + *image.source_server_id);
    }
    element.text("deleted_at", image.deleted_at ? wire::format_seconds(*image.deleted_at) : "");
    wire::append_image_links(element, image);
    element.properties();
    element.close();
}

ListRequest read_list_request(std::string_view target)
{
    const wire::ListTarget call(target);
    const auto limit = call.number("limit", max_limit, max_limit);
    return {.region = region_in(call.path()),
            .marker = call.text("marker"),
            .limit = limit == 0 ? max_limit : limit,
            .image_type = call.text("__imagetype")};
}

std::string encode_page(std::span<const Image> images)
{
    std::string out = "{\"images\":[";
    for (const Image& image : images) {
        out += &image == images.data() ? "" : ",";
        append_element(out, image);
    }
    return out + "]}";
}

} // namespace polyglance::cloudimages
