#include "proxy/demo/demo_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <tuple>

#include "adapters/provider_adapter.hpp"
#include "model/json/tape.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

struct Flavour {
    const char* distro;
    const char* platform; // as Huawei spells it
    const char* version;
    OsFamily family;
};
constexpr std::array<Flavour, 8> flavours{{
    {"ubuntu", "Ubuntu", "22.04", OsFamily::linux},
    {"ubuntu", "Ubuntu", "24.04", OsFamily::linux},
    {"debian", "Debian", "12", OsFamily::linux},
    {"centos", "CentOS", "7.9", OsFamily::linux},
    {"opensuse", "OpenSUSE", "15.5", OsFamily::linux},
    {"euleros", "EulerOS", "2.9", OsFamily::linux},
    {"fedora", "Fedora", "40", OsFamily::linux},
    {"windows", "Windows", "2022", OsFamily::windows},
}};

constexpr std::array<const char*, 6> chinese_names{"标准镜像", "生产环境基础镜像", "数据库服务器",
                                                   "测试专用", "安全加固版",       "图形工作站"};
constexpr std::array<const char*, 5> roles{"base", "web", "db", "build", "gpu"};

/// Draws everything about one cloud's images from one seed, so that the demo looks alike at every start.
class Maker {
public:
    explicit Maker(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t bound) { return random_() % bound; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    const Flavour& flavour() { return flavours[below(flavours.size())]; }

    std::string uuid()
    {
        const auto a = random_();
        const auto b = random_();
        return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", a >> 32, (a >> 16) & 0xffff, a & 0xfff,
                           (b >> 48) & 0xfff, b & 0xffffffffffff);
    }

    Instant instant()
    {
        return *parse_timestamp("2026-01-01T00:00:00Z") - std::chrono::seconds(below(3UL * 365 * 24 * 3600));
    }

    /// Every so often Chinese, the same as another's, or missing.
    std::optional<std::string> name(const Flavour& flavour)
    {
        if (one_in(40)) {
            return std::nullopt;
        }
        if (one_in(6)) {
            return fmt::format("{} {}", flavour.platform, chinese_names[below(chinese_names.size())]);
        }
        if (one_in(5)) {
            return fmt::format("{}-{}", flavour.distro, flavour.version); // shared by many
        }
        return fmt::format("{}-{}-{}-{:03}", flavour.distro, flavour.version, roles[below(roles.size())], below(1000));
    }

private:
    std::mt19937_64 random_;
};

Image common(Maker& maker, const Flavour& flavour)
{
    Image image;
    image.native_id = maker.uuid();
    image.name = maker.name(flavour);
    image.status = Status::active;
    image.created_at = maker.instant();
    image.updated_at = *image.created_at + std::chrono::seconds(maker.below(400'000));
    image.os.family = flavour.family;
    image.os.distro = flavour.distro;
    image.os.version = flavour.version;
    image.min_disk_gib = static_cast<std::int64_t>(maker.below(5) * 10);
    image.min_ram_mib = static_cast<std::int64_t>(maker.below(5) * 512);
    return image;
}

Image from_wire(Provider provider, std::string_view row)
{
    const auto tape = json::Tape::parse(row);
    return own(*page_format_of(provider).decode(tape->root()));
}

void newest_first(std::vector<Image>& images)
{
    std::sort(images.begin(), images.end(), [](const Image& a, const Image& b) {
        return std::tie(a.created_at, a.native_id) > std::tie(b.created_at, b.native_id);
    });
}

constexpr std::string_view nova_example = R"({"OS-EXT-IMG-SIZE:size":20578304,"created":"2014-02-10T17:05:01Z",
"id":"ee10f19c-503c-44af-af2f-73d5e42f7a17","metadata":{"clean_attempts":"3","image_location":"snapshot",
"image_state":"available","image_type":"snapshot","instance_type_name":"wj.ssd",
"instance_uuid":"b600b5b1-ed8c-4814-aefa-8b903c894c20","os_type":"None",
"owner_id":"d9ebe43510414ef590a4aa158605329e"},"minDisk":2,"minRam":0,"name":"image1","progress":100,
"server":{"id":"b600b5b1-ed8c-4814-aefa-8b903c894c20","links":[]},"status":"ACTIVE","updated":"2014-02-10T17:05:07Z"})";

constexpr std::string_view nova_brief_example =
    R"({"id":"70a599e0-31e7-49b7-b260-868f441e862b","links":[{"href":"fake_href","rel":"self"}],"name":"fakeimage7"})";

constexpr std::string_view cloudimages_example = R"({"id":"633724a7-4a4e-11eb-8f73-fa1640aee23e","name":"ces",
"status":"active","disk_format":"zvhd2","min_disk":40,"min_ram":0,"owner":"2b76febbe5d34eac85d26435c1f15809",
"protected":false,"visibility":"private","created_at":"2020-12-30T03:23:29Z","updated_at":"2020-12-30T03:30:36Z",
"self":"/v1/self/633724a7-4a4e-11eb-8f73-fa1640aee23e","deleted":false,"virtual_env_type":"FusionCompute",
"deleted_at":"","__imagetype":"private","__platform":"CentOS","__os_type":"Linux","__os_version":"CentOS 7.4 64bit",
"__isregistered":true,"__support_arm":"true","hw_firmware_type":"uefi",
"data_source":"instance:a7c6deda-99eb-4f58-b7b4-04a36b75401b","__support_gpu_t4":"true"})";

constexpr std::array<std::string_view, 3> batchcompute_examples{
    R"({"CreationTime":"2016-10-31T06:55:33.921878Z","Description":"Centos 6.5 64位,python 2.6.6","EcsImageId":"m-28rvocix1","Id":"img-centos","Name":"Centos-6.5-x64","OwnerId":0,"Platform":"Linux","Type":"System"})",
    R"({"CreationTime":"2016-10-31T06:55:33.921890Z","Description":"Ubuntu 14.04 64位, python 2.7, jdk 1.7, Docker 1.10.1","EcsImageId":"m-28lyfn0tr","Id":"img-ubuntu","Name":"ubuntu-14.04-x64","OwnerId":0,"Platform":"Linux","Type":"System"})",
    R"({"CreationTime":"2016-10-31T06:55:33.921897Z","Description":"Windows Server 2008 R2 企业版 64位 中文","EcsImageId":"m-281zatqcs","Id":"img-windows","Name":"Windows-Server-2008-R2-x64","OwnerId":0,"Platform":"Windows","Type":"System"})"};

} // namespace

std::vector<Image> demo_glance_images()
{
    Maker maker(1);
    std::vector<Image> images;
    for (int i = 0; i < 420; ++i) {
        const auto& flavour = maker.flavour();
        Image image = common(maker, flavour);
        image.visibility = maker.one_in(3) ? Visibility::public_ : Visibility::private_;
        image.owner = maker.one_in(2) ? "5ef70662f8b34079a6eddb8da9d75fe8" : "0c1f7f0a6b7e4a0f8b7f1d3f5a9e2c44";
        image.architecture = maker.one_in(4) ? Architecture::aarch64 : Architecture::x86_64;
        image.is_protected = maker.one_in(10);
        image.disk_format = maker.one_in(4) ? "raw" : "qcow2";
        image.container_format = "bare";
        image.size_bytes = static_cast<std::int64_t>(200'000'000 + maker.below(4'000'000'000));
        image.checksum = Checksum{"md5", fmt::format("{:032x}", maker.below(SIZE_MAX))};
        image.tags = maker.one_in(2) ? std::vector<std::string>{} : std::vector<std::string>{flavour.distro, "公共"};
        if (maker.one_in(12)) { // still being uploaded
            image.status = Status::queued;
            image.size_bytes.reset();
            image.checksum.reset();
        } else if (maker.one_in(9)) {
            image.artifact = Artifact::snapshot;
            image.source_server_id = maker.uuid();
        }
        if (maker.one_in(30)) {
            image.hidden = true;
            image.properties.push_back({"os_hidden", "true"});
        }
        images.push_back(std::move(image));
    }
    newest_first(images);
    return images;
}

std::vector<Image> demo_nova_images()
{
    Maker maker(2);
    std::vector<Image> images;
    for (int i = 0; i < 258; ++i) {
        Image image = common(maker, maker.flavour());
        image.size_bytes = static_cast<std::int64_t>(200'000'000 + maker.below(4'000'000'000));
        image.architecture = Architecture::x86_64;
        if (maker.one_in(3)) {
            image.artifact = Artifact::snapshot;
            image.origin = Origin::self;
            image.source_server_id = maker.uuid();
        }
        images.push_back(std::move(image));
    }
    images.push_back(from_wire(Provider::nova, nova_example));
    images.push_back(from_wire(Provider::nova, nova_brief_example));
    newest_first(images);
    return images;
}

std::vector<Image> demo_cloudimages_images()
{
    Maker maker(3);
    std::vector<Image> images;
    for (int i = 0; i < 379; ++i) {
        const auto& flavour = maker.flavour();
        Image image = common(maker, flavour);
        const bool gold = !maker.one_in(3);
        image.visibility = gold ? Visibility::public_ : Visibility::private_;
        image.origin = gold ? Origin::provider : Origin::self;
        image.artifact = gold ? std::optional(Artifact::base) : std::nullopt;
        image.registered = true;
        image.is_protected = gold;
        image.owner = gold ? "d9ebe43510414ef590a4aa158605329e" : "2b76febbe5d34eac85d26435c1f15809";
        image.os.name_raw = fmt::format("{} {} 64bit", flavour.platform, flavour.version);
        image.os.bits = 64;
        const bool arm = maker.one_in(4);
        image.architecture = arm ? Architecture::aarch64 : Architecture::x86_64;
        image.capabilities = arm ? Capabilities{{"arm", true}} : Capabilities{{"kvm", true}};
        image.size_bytes = static_cast<std::int64_t>(800'000'000 + maker.below(2'000'000'000));
        image.min_disk_gib = 40;
        image.disk_format = "zvhd2";
        image.container_format = "bare";
        image.tags = std::vector<std::string>{};
        images.push_back(std::move(image));
    }
    images.push_back(from_wire(Provider::cloudimages, cloudimages_example));
    newest_first(images);
    return images;
}

std::vector<Image> demo_batchcompute_images()
{
    Maker maker(4);
    std::vector<Image> images;
    for (const auto example : batchcompute_examples) {
        images.push_back(from_wire(Provider::batchcompute, example));
    }
    for (int i = 0; i < 147; ++i) {
        const auto& flavour = maker.flavour();
        Image image;
        image.native_id = fmt::format("img-{:016x}", maker.below(SIZE_MAX));
        image.alt_ids = {{"ecs_image_id", fmt::format("m-{:09x}", maker.below(1UL << 36))}};
        image.name =
            maker.one_in(3) ? fmt::format("我的镜像-{}", i) : fmt::format("{}-{}-x64", flavour.distro, flavour.version);
        image.description = maker.one_in(2) ? std::optional<std::string>("批量计算自定义镜像") : std::nullopt;
        image.os.family = flavour.family;
        image.visibility = Visibility::private_;
        image.origin = Origin::self;
        image.owner = "1234567890123456";
        image.created_at = maker.instant();
        images.push_back(std::move(image));
    }
    return images;
}

} // namespace polyglance
