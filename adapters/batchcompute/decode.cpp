#include "adapters/batchcompute/decode.hpp"

#include <algorithm>

#include "adapters/image_members.hpp"
#include "adapters/os_names.hpp"
#include "adapters/wire_row.hpp"

namespace polyglance::batchcompute {
namespace {

using json::Kind;
using wire::Reading;
using wire::RowSpace;
using wire::WireRow;

/// A number for the vendor's images, text for one's own. 0 is nobody.
Reading<std::string_view> read_owner(json::Value value)
{
    if (value.is(Kind::number)) {
        const auto digits = value.text();
        const bool whole = digits.find_first_not_of("0123456789") == std::string_view::npos;
        return whole && digits != "0" ? Reading<std::string_view>{digits}
                                      : Reading<std::string_view>{.unreadable = !whole};
    }
    const auto text = wire::read_text(value);
    return text.value == "0" ? Reading<std::string_view>{} : text;
}

Reading<Origin> read_type(json::Value value)
{
    const auto text = wire::read_text(value);
    if (text.value && wire::same_word(*text.value, "system")) {
        return {Origin::provider};
    }
    if (text.value && wire::same_word(*text.value, "self")) {
        return {Origin::self};
    }
    return {.unreadable = text.unreadable || text.value};
}

/// The vendor's own clients spell this member in more than one way.
std::optional<std::string_view> take_ecs_image_id(WireRow& row)
{
    auto id = row.take("EcsImageId", wire::read_text);
    row.for_each_left([&](WireRow::Member& member) {
        if (!id && wire::same_word(member.name->key, "ecsimageid")) {
            const auto reading = wire::read_text(member.value);
            member.taken = !reading.unreadable;
            id = reading.value;
        }
    });
    return id;
}

void infer_from_name(RowSpace& space)
{
    auto& image = space.image;
    auto named = image.name ? wire::parse_image_name(*image.name) : std::nullopt;
    if (!named) {
        return;
    }
    image.os.distro = named->distro;
    image.os.version = space.texts.keep(std::move(named->version));
    image.os.bits = named->bits;
    image.architecture = wire::architecture_for(named->bits);
    image.inferred.insert(image.inferred.end(), {"os.distro", "os.version"});
    if (named->bits) {
        image.inferred.insert(image.inferred.end(), {"os.bits", "architecture"});
    }
}

bool decode(json::Value value, const DecodeContext&, RowSpace& space)
{
    if (!value.is(Kind::object)) {
        return false;
    }
    auto& image = space.begin();
    auto& row = space.row;
    row.open(value);
    const auto id = row.take("Id", wire::read_id);
    if (!id) {
        return false;
    }
    image.native_id = *id;
    image.name = row.take("Name", wire::read_text);
    image.os.name_raw = image.name;
    image.description = row.take("Description", wire::read_text);
    if (const auto ecs = take_ecs_image_id(row)) {
        image.alt_ids.emplace_back("ecs_image_id", *ecs);
    }
    image.owner = row.take("OwnerId", read_owner);
    image.os.family = row.take("Platform", wire::read_word<OsFamily>);
    image.created_at = row.take("CreationTime", wire::read_timestamp);
    image.origin = row.take("Type", read_type);
    if (image.origin) {
        image.visibility = image.origin == Origin::provider ? Visibility::public_ : Visibility::private_;
    }
    infer_from_name(space);
    wire::infer_family(image);
    row.append_left(image.properties);
    return true;
}

} // namespace

PageFormat page_format(const DecodeContext& context)
{
    return {.list_members = {"Items"}, .id_member = "Id", .bare_array = true, .decode = decode_with(decode, context)};
}

} // namespace polyglance::batchcompute
