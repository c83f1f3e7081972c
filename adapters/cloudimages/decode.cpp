#include "adapters/cloudimages/decode.hpp"

#include "adapters/huawei_members.hpp"

namespace polyglance::cloudimages {
namespace {

using wire::Reading;
using wire::RowSpace;

/// `instance:<server id>`; images that come from elsewhere have other texts there.
Reading<std::string_view> read_server(json::Value value)
{
    constexpr std::string_view prefix = "instance:";
    const auto text = wire::read_text(value);
    if (!text.value) {
        return text;
    }
    if (!text.value->starts_with(prefix) || text.value->size() == prefix.size()) {
        return {.unreadable = true};
    }
    return {text.value->substr(prefix.size())};
}

bool decode(json::Value value, const DecodeContext&, RowSpace& space)
{
    if (!value.is(json::Kind::object)) {
        return false;
    }
    auto& image = space.begin();
    auto& row = space.row;
    row.open(value);
    if (!wire::read_image(space)) {
        return false;
    }
    if (const auto* const tags = row.find("tags"); tags == nullptr || tags->value.is(json::Kind::null)) {
        image.tags.emplace();
    }
    if (const auto md5 = row.take("checksum", wire::read_hex)) {
        image.checksum = {.algo = "md5", .value = *md5};
    }
    image.source_server_id = row.take("data_source", read_server);

    wire::infer_from_huawei_members(space, image.source_server_id.has_value());
    row.append_left(image.properties);
    return true;
}

} // namespace

PageFormat page_format(const DecodeContext& context)
{
    return {.list_members = {"images"}, .id_member = "id", .decode = decode_with(decode, context)};
}

} // namespace polyglance::cloudimages
