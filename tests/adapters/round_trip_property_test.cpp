// Whatever a cloud sends: an image decoded from it survives its own wire format.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "adapters/scalars.hpp"
#include "tests/support/codecs.hpp"

namespace polyglance {
namespace {

using Json = nlohmann::json;

const std::vector<std::string> common_members{
    "id",        "name",          "status",      "visibility",       "protected",  "owner",      "architecture",
    "size",      "virtual_size",  "min_disk",    "min_ram",          "created_at", "updated_at", "deleted_at",
    "tags",      "self",          "file",        "disk_format",      "checksum",   "max_ram",    "hw_firmware_type",
    "os_hidden", "instance_uuid", "data_source", "container_format", "schema",     "stores",     "locations"};
const std::vector<std::string> openstack_members{"os_type",    "os_distro",    "os_version",   "description",
                                                 "image_type", "os_hash_algo", "os_hash_value"};
const std::vector<std::string> huawei_members{
    "__imagetype",   "__isregistered", "__image_size",        "__os_type",       "__os_bit",
    "__platform",    "__os_version",   "__description",       "__backup_id",     "__support_kvm",
    "__support_arm", "__support_",     "__originalimagename", "virtual_env_type"};
const std::vector<std::string> nova_members{"id",       "name",   "status",  "progress",
                                            "minDisk",  "minRam", "created", "updated",
                                            "metadata", "server", "links",   "OS-EXT-IMG-SIZE:size"};
const std::vector<std::string> batchcompute_members{"Id",      "Name",     "Description", "EcsImageId",  "ECSImageId",
                                                    "OwnerId", "Platform", "Type",        "CreationTime"};

rc::Gen<Json> any_scalar()
{
    const auto word = rc::gen::elementOf(std::vector<std::string>{"",
                                                                  "a",
                                                                  "None",
                                                                  "true",
                                                                  "False",
                                                                  "0",
                                                                  "12",
                                                                  "64",
                                                                  "32",
                                                                  "-1",
                                                                  "active",
                                                                  "SAVING",
                                                                  "killed",
                                                                  "frozen",
                                                                  "public",
                                                                  "shared",
                                                                  "private",
                                                                  "gold",
                                                                  "market",
                                                                  "Linux",
                                                                  "Windows",
                                                                  "Other",
                                                                  "CentOS",
                                                                  "Red Hat",
                                                                  "Rocky",
                                                                  "MyOS",
                                                                  "MyOS 3",
                                                                  "CentOS 7.4 64bit",
                                                                  "64bit",
                                                                  "22.04",
                                                                  "snapshot",
                                                                  "base",
                                                                  "DataImage",
                                                                  "instance:s",
                                                                  "ubuntu-16.04-x64",
                                                                  "System",
                                                                  "Self",
                                                                  "x86_64",
                                                                  "uefi",
                                                                  "ab12",
                                                                  "sha512",
                                                                  "md5",
                                                                  "2014-02-10T17:05:01Z",
                                                                  "1477896933",
                                                                  "中文",
                                                                  "\n",
                                                                  "0000-01-01T00:00:00+10:00",
                                                                  "99999999999999999999"});
    return rc::gen::oneOf(
        rc::gen::map(word, [](const std::string& text) { return Json(text); }),
        rc::gen::map(rc::gen::inRange<std::int64_t>(-2, 70), [](std::int64_t n) { return Json(n); }),
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t n) { return Json(n); }),
        rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return Json(b); }),
        rc::gen::element(Json(), Json(1.5), Json(18446744073709551615U), Json::array(), Json::object()));
}

rc::Gen<Json> any_object(const std::vector<std::string>& names, const rc::Gen<Json>& value)
{
    const auto member = rc::gen::pair(rc::gen::elementOf(names), value);
    return rc::gen::map(rc::gen::container<std::vector<std::pair<std::string, Json>>>(member), [](const auto& members) {
        Json object = Json::object();
        for (const auto& [name, each] : members) {
            object[name] = each;
        }
        return object;
    });
}

rc::Gen<Json> any_value()
{
    static const std::vector<std::string> inner{"rel",       "href",         "type",          "id",         "os_type",
                                                "os_distro", "image_type",   "instance_uuid", "os_version", "owner_id",
                                                "x",         "architecture", "description"};
    const auto list = rc::gen::map(rc::gen::container<std::vector<Json>>(any_scalar()), [](auto v) { return Json(v); });
    const auto links = rc::gen::map(any_object({"rel", "href", "type"}, any_scalar()),
                                    [](Json link) { return Json::array({std::move(link)}); });
    return rc::gen::weightedOneOf<Json>(
        {{8, any_scalar()}, {1, list}, {1, links}, {2, any_object(inner, any_scalar())}});
}

std::vector<std::string> joined(std::vector<std::string> names, const std::vector<std::string>& more)
{
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

/// A row as no cloud should send it: known members with any value. It always has a usable id.
std::string any_row(Provider provider, bool huawei)
{
    const auto names = provider == Provider::nova           ? nova_members
                       : provider == Provider::batchcompute ? batchcompute_members
                       : huawei                             ? joined(common_members, huawei_members)
                                                            : joined(common_members, openstack_members);
    const auto* const id = provider == Provider::batchcompute ? "Id" : "id";
    return *rc::gen::map(any_object(joined(names, {"x", "properties"}), any_value()), [id](Json row) {
        row[id] = "some id";
        return row.dump();
    });
}

/// Nova always sends a progress beside a status; a row without one gains it.
void forget_added_progress(Image& back, const Image& image)
{
    const auto is_progress = [](const Property& property) { return property.key == "progress"; };
    if (std::none_of(image.properties.begin(), image.properties.end(), is_progress)) {
        std::erase_if(back.properties, is_progress);
    }
}

void fold_status(Image& image)
{
    if (image.status_raw) {
        image.status_raw = wire::to_lower(*image.status_raw);
    }
}

void check_any_row(Provider provider, bool huawei)
{
    const auto row = any_row(provider, huawei);
    const DecodeContext context{.own_project = "a"};
    auto image = test::decode_as(provider, row, context);
    RC_ASSERT(image.has_value());

    const auto wire = test::encode_as(provider, *image);
    RC_LOG() << row << '\n' << wire << '\n';
    RC_ASSERT(Json::accept(wire));
    auto back = test::decode_as(provider, wire, context);

    RC_ASSERT(back.has_value());
    forget_added_progress(*back, *image);
    fold_status(*back);
    fold_status(*image);
    RC_ASSERT(*back == *image);
}

TEST(RoundTripProperty, HoldsForAnyNovaRow)
{
    EXPECT_TRUE(rc::check([] { check_any_row(Provider::nova, false); }));
}

TEST(RoundTripProperty, HoldsForAnyOpenstackGlanceRow)
{
    EXPECT_TRUE(rc::check([] { check_any_row(Provider::glance, false); }));
}

TEST(RoundTripProperty, HoldsForAnyHuaweiGlanceRow)
{
    EXPECT_TRUE(rc::check([] { check_any_row(Provider::glance, true); }));
}

TEST(RoundTripProperty, HoldsForAnyCloudimagesRow)
{
    EXPECT_TRUE(rc::check([] { check_any_row(Provider::cloudimages, true); }));
}

TEST(RoundTripProperty, HoldsForAnyBatchComputeRow)
{
    EXPECT_TRUE(rc::check([] { check_any_row(Provider::batchcompute, false); }));
}

} // namespace
} // namespace polyglance
