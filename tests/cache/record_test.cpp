#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "cache/image_view.hpp"
#include "cache/record.hpp"
#include "model/json/tape.hpp"
#include "tests/support/generators.hpp"

namespace polyglance {
namespace {

const SourceIdentity identity{"os-a", Provider::glance, "RegionOne"};

Image full_image()
{
    Image image;
    image.native_id = "7f/中";
    image.alt_ids = {{"ecs_image_id", "m-1"}};
    image.name = "Ubuntu \"22.04\"";
    image.status = Status::active;
    image.status_raw = "active";
    image.visibility = Visibility::public_;
    image.is_protected = false;
    image.hidden = true;
    image.os = {.family = OsFamily::linux, .distro = "ubuntu", .version = "22.04", .name_raw = {}, .bits = 64};
    image.architecture = Architecture::x86_64;
    image.size_bytes = 9007199254740993;
    image.min_disk_gib = 0;
    image.checksum = Checksum{"md5", "00ff"};
    image.capabilities = Capabilities{{"kvm", true}, {"note", "x,y"}};
    image.tags = {{"a", "b\n"}};
    image.created_at = parse_timestamp("2024-02-29T12:00:00.5Z");
    image.links = {{"self", "/v2/images/7f", {}}, {"alternate", "/7f", "application/json"}};
    image.properties = {{"hw", R"({"a":[1,null]})"}, {"n", "1.50"}};
    image.inferred = {"architecture"};
    return image;
}

Image bare_image()
{
    Image image;
    image.native_id = "x";
    return image;
}

constexpr std::string_view full_text =
    R"({"uid":"os-a~7f/中","provider":"glance","source":"os-a","region":"RegionOne","native_id":"7f/中",)"
    R"("alt_ids":{"ecs_image_id":"m-1"},"name":"Ubuntu \"22.04\"","description":null,"status":"active",)"
    R"("status_raw":"active","visibility":"public","origin":null,"artifact":null,"registered":null,)"
    R"("protected":false,"owner":null,"os":{"family":"linux","distro":"ubuntu","version":"22.04","name_raw":null,)"
    R"("bits":64},"architecture":"x86_64","size_bytes":9007199254740993,"virtual_size_bytes":null,)"
    R"("min_disk_gib":0,"min_ram_mib":null,"max_ram_mib":null,"disk_format":null,"container_format":null,)"
    R"("checksum":{"algo":"md5","value":"00ff"},"firmware":null,"tags":["a","b\n"],)"
    R"("created_at":"2024-02-29T12:00:00.500000Z","updated_at":null,"deleted_at":null,"source_server_id":null,)"
    R"("parent_image_id":null,"backup_id":null,"hidden":true,"inferred":["architecture"],)"
    R"("capabilities":{"kvm":true,"note":"x,y"},"links":[{"rel":"self","href":"/v2/images/7f"},)"
    R"({"rel":"alternate","href":"/7f","type":"application/json"}],"properties":{"hw":{"a":[1,null]},"n":1.50}})";

constexpr std::string_view empty_text =
    R"({"uid":"b~x","provider":"nova","source":"b","region":null,"native_id":"x","alt_ids":{},"name":null,)"
    R"("description":null,"status":null,"status_raw":null,"visibility":null,"origin":null,"artifact":null,)"
    R"("registered":null,"protected":null,"owner":null,"os":{"family":null,"distro":null,"version":null,)"
    R"("name_raw":null,"bits":null},"architecture":null,"size_bytes":null,"virtual_size_bytes":null,)"
    R"("min_disk_gib":null,"min_ram_mib":null,"max_ram_mib":null,"disk_format":null,"container_format":null,)"
    R"("checksum":null,"firmware":null,"tags":null,"created_at":null,"updated_at":null,"deleted_at":null,)"
    R"("source_server_id":null,"parent_image_id":null,"backup_id":null,"capabilities":null,"links":[],)"
    R"("properties":{}})";

std::string projected(const Projection& projection, const Image& image = full_image())
{
    std::string record;
    const auto basic = append_record(record, identity, ImageView(image));
    std::string out;
    append_projected(out, record, basic, projection);
    return out;
}

TEST(Record, WritesEveryMemberInTheOrderOfTheSchema)
{
    const auto with_all = full_image();
    const auto bare = bare_image();
    std::string full;
    append_record(full, identity, ImageView(with_all));
    EXPECT_EQ(full, full_text);

    std::string empty;
    append_record(empty, {"b", Provider::nova, {}}, ImageView(bare));
    EXPECT_EQ(empty, empty_text);
}

RC_GTEST_PROP(Projection, ABasicViewIsTheFullOneWithoutItsLastThreeMembers, ())
{
    const auto image = *test::any_image();
    const auto full = projected({.view = Projection::View::full}, image);

    const auto basic = projected({}, image);

    const auto parsed = json::Tape::parse(basic);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(full.starts_with(basic.substr(0, basic.size() - 1) + ",\"capabilities\":"));
}

TEST(Projection, TakesNamedMembersInRecordOrderAndAlwaysTheUid)
{
    const auto fields = [](std::vector<std::string> names) {
        return projected({.view = Projection::View::fields, .fields = std::move(names)});
    };

    EXPECT_EQ(fields({}), R"({"uid":"os-a~7f/中"})");
    EXPECT_EQ(fields({"tags", "name"}), R"({"uid":"os-a~7f/中","name":"Ubuntu \"22.04\"","tags":["a","b\n"]})");
    EXPECT_EQ(fields({"os.bits", "os.distro", "alt_ids.ecs_image_id", "checksum.algo"}),
              R"({"uid":"os-a~7f/中","alt_ids":{"ecs_image_id":"m-1"},"os":{"distro":"ubuntu","bits":64},)"
              R"("checksum":{"algo":"md5"}})");
    EXPECT_EQ(fields({"checksum", "checksum.algo"}),
              R"({"uid":"os-a~7f/中","checksum":{"algo":"md5","value":"00ff"}})");
    EXPECT_EQ(fields({"properties"}), R"({"uid":"os-a~7f/中","properties":{"hw":{"a":[1,null]},"n":1.50}})");
    EXPECT_EQ(fields({"description"}), R"({"uid":"os-a~7f/中","description":null})");
}

TEST(Projection, LeavesOutOurNullsAndKeepsThoseOfTheBackend)
{
    const auto full = projected({.view = Projection::View::full, .omit_null = true});
    EXPECT_EQ(full.find("\"description\""), std::string::npos);
    EXPECT_EQ(full.find("\"name_raw\""), std::string::npos);
    EXPECT_NE(full.find(R"("hw":{"a":[1,null]})"), std::string::npos);

    EXPECT_EQ(projected({.omit_null = true}, bare_image()),
              R"({"uid":"os-a~x","provider":"glance","source":"os-a","region":"RegionOne","native_id":"x",)"
              R"("alt_ids":{},"os":{}})");
    EXPECT_EQ(
        projected({.view = Projection::View::fields, .fields = {"name", "os.bits"}, .omit_null = true}, bare_image()),
        R"({"uid":"os-a~x","os":{}})");
}

RC_GTEST_PROP(Projection, AnyChoiceOfFieldsIsValidJson, ())
{
    const auto fields = *rc::gen::container<std::vector<std::string_view>>(rc::gen::elementOf(record_members()));
    Projection projection{.view = Projection::View::fields, .omit_null = *rc::gen::arbitrary<bool>()};
    projection.fields.assign(fields.begin(), fields.end());

    const auto parsed = json::Tape::parse(projected(projection, *test::any_image()));

    RC_ASSERT(parsed.has_value());
    RC_ASSERT(parsed->root().find("uid").has_value());
}

TEST(Record, NamesEveryMemberThatItWrites)
{
    const auto parsed = json::Tape::parse(full_text);
    ASSERT_TRUE(parsed);
    for (const auto member : parsed->root()) {
        EXPECT_EQ(std::ranges::count(record_members(), member.key()), 1) << member.key();
    }
}

} // namespace
} // namespace polyglance
