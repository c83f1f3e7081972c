#include "adapters/glance/decode.hpp"

#include "adapters/distros.hpp"
#include "adapters/huawei_members.hpp"
#include "adapters/wire_row.hpp"

namespace polyglance::glance {
namespace {

using wire::Reading;
using wire::RowSpace;

Reading<std::string_view> read_distro(json::Value value, wire::ComposedTexts& texts)
{
    const auto text = wire::read_text(value);
    const auto slug = text.value ? wire::distro_slug(*text.value, texts) : std::nullopt;
    return {.value = slug, .unreadable = text.unreadable || (text.value && !slug)};
}

/// Takes only what says nothing: half of a checksum is none.
Reading<std::string_view> read_nothing(json::Value value)
{
    const auto text = wire::read_text(value);
    return {.unreadable = text.value || text.unreadable};
}

/// The strong checksum if both of its halves are there and readable, else md5.
void read_checksum(RowSpace& space)
{
    auto& row = space.row;
    const auto md5 = row.take("checksum", wire::read_hex);
    const auto* const algo_member = row.find("os_hash_algo");
    const auto* const digest_member = row.find("os_hash_value");
    if (algo_member != nullptr && digest_member != nullptr) {
        const auto algo = wire::read_lower_text(algo_member->value, space.texts);
        const auto digest = wire::read_hex(digest_member->value, space.texts);
        if (algo.value && digest.value) {
            space.image.checksum = {.algo = *algo.value, .value = *digest.value};
            row.drop("os_hash_algo");
            row.drop("os_hash_value");
            return;
        }
    }
    row.take("os_hash_algo", read_nothing);
    row.take("os_hash_value", read_nothing);
    if (md5) {
        space.image.checksum = {.algo = "md5", .value = *md5};
    }
}

/// What OpenStack says in its own words, as far as Huawei's did not say it already; the loser stays a property.
void read_openstack_members(RowSpace& space)
{
    auto& row = space.row;
    auto& image = space.image;
    image.description = image.description ? image.description : row.take("description", wire::read_text);
    image.os.family = image.os.family ? image.os.family : row.take("os_type", wire::read_word<OsFamily>);
    image.os.distro = image.os.distro ? image.os.distro : row.take("os_distro", read_distro);
    if (!image.os.name_raw) {
        image.os.name_raw = row.take("os_version", wire::read_text);
        image.os.version = image.os.name_raw;
    }
    image.artifact = row.take("image_type", wire::read_word<Artifact>);
    image.source_server_id = row.take("instance_uuid", wire::read_text);
    if (const auto* const hidden = row.find("os_hidden"); hidden != nullptr) {
        image.hidden = wire::read_bool(hidden->value).value.value_or(false) ? std::optional(true) : std::nullopt;
    }
    read_checksum(space);
}

bool decode(json::Value value, const DecodeContext& context, RowSpace& space)
{
    if (!value.is(json::Kind::object)) {
        return false;
    }
    auto& image = space.begin();
    space.row.open(value);
    if (!wire::read_image(space)) {
        return false;
    }
    read_openstack_members(space);

    wire::infer_from_huawei_members(space, false);
    if (!image.origin && image.owner && *image.owner == context.own_project) {
        image.origin = Origin::self;
        image.inferred.emplace_back("origin");
    }
    space.row.append_left(image.properties);
    return true;
}

} // namespace

PageFormat page_format(const DecodeContext& context)
{
    return {.list_members = {"images"}, .id_member = "id", .decode = decode_with(decode, context)};
}

} // namespace polyglance::glance
