#include "adapters/cloudimages/decode.hpp"

#include "adapters/huawei_members.hpp"
#include "adapters/wire_row.hpp"

namespace polyglance::cloudimages {
namespace {

using wire::Reading;
using wire::WireRow;

/// `instance:<server id>`; images that come from elsewhere have other texts there.
Reading<std::string> read_server(json::Value value)
{
    constexpr std::string_view prefix = "instance:";
    auto text = wire::read_text(value);
    if (!text.value) {
        return text;
    }
    if (!text.value->starts_with(prefix) || text.value->size() == prefix.size()) {
        return {.unreadable = true};
    }
    return {text.value->substr(prefix.size())};
}

} // namespace

std::optional<Image> decode(json::Value value, const DecodeContext&)
{
    if (!value.is(json::Kind::object)) {
        return std::nullopt;
    }
    WireRow row(value);
    auto image = wire::read_image(row);
    if (!image) {
        return image;
    }
    if (const auto* const tags = row.find("tags"); tags == nullptr || tags->value.is(json::Kind::null)) {
        image->tags.emplace();
    }
    if (auto md5 = row.take("checksum", wire::read_hex)) {
        image->checksum = Checksum{.algo = "md5", .value = std::move(*md5)};
    }
    image->source_server_id = row.take("data_source", read_server);

    wire::infer_from_huawei_members(row, *image, image->source_server_id.has_value());
    row.append_left(image->properties);
    return image;
}

PageFormat page_format(const DecodeContext& context)
{
    return {.list_members = {"images"}, .id_member = "id", .decode = [context](json::Value row) {
                return decode(row, context);
            }};
}

} // namespace polyglance::cloudimages
