#include "adapters/glance/decode.hpp"

#include "adapters/distros.hpp"
#include "adapters/huawei_members.hpp"
#include "adapters/wire_row.hpp"

namespace polyglance::glance {
namespace {

using wire::Reading;
using wire::WireRow;

Reading<std::string> read_distro(json::Value value)
{
    const auto text = wire::read_text(value);
    auto slug = text.value ? wire::distro_slug(*text.value) : std::nullopt;
    const bool unreadable = text.unreadable || (text.value && !slug);
    return {.value = std::move(slug), .unreadable = unreadable};
}

/// Takes only what says nothing: half of a checksum is none.
Reading<std::string> read_nothing(json::Value value)
{
    const auto text = wire::read_text(value);
    return {.unreadable = text.value || text.unreadable};
}

/// The strong checksum if both of its halves are there and readable, else md5.
void read_checksum(WireRow& row, Image& image)
{
    auto md5 = row.take("checksum", wire::read_hex);
    const auto* const algo_member = row.find("os_hash_algo");
    const auto* const digest_member = row.find("os_hash_value");
    if (algo_member != nullptr && digest_member != nullptr) {
        auto algo = wire::read_lower_text(algo_member->value);
        auto digest = wire::read_hex(digest_member->value);
        if (algo.value && digest.value) {
            image.checksum = Checksum{.algo = std::move(*algo.value), .value = std::move(*digest.value)};
            row.drop("os_hash_algo");
            row.drop("os_hash_value");
            return;
        }
    }
    row.take("os_hash_algo", read_nothing);
    row.take("os_hash_value", read_nothing);
    if (md5) {
        image.checksum = Checksum{.algo = "md5", .value = std::move(*md5)};
    }
}

/// What OpenStack says in its own words, as far as Huawei's did not say it already; the loser stays a property.
void read_openstack_members(WireRow& row, Image& image)
{
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
    read_checksum(row, image);
}

} // namespace

std::optional<Image> decode(json::Value value, const DecodeContext& context)
{
    if (!value.is(json::Kind::object)) {
        return std::nullopt;
    }
    WireRow row(value);
    auto image = wire::read_image(row);
    if (!image) {
        return image;
    }
    read_openstack_members(row, *image);

    wire::infer_from_huawei_members(row, *image, false);
    if (!image->origin && image->owner && image->owner == context.own_project) {
        image->origin = Origin::self;
        image->inferred.emplace_back("origin");
    }
    row.append_left(image->properties);
    return image;
}

PageFormat page_format(const DecodeContext& context)
{
    return {.list_members = {"images"}, .id_member = "id", .decode = [context](json::Value row) {
                return decode(row, context);
            }};
}

} // namespace polyglance::glance
