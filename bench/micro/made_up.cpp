#include "bench/micro/made_up.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "adapters/batchcompute/encode.hpp"
#include "adapters/cloudimages/encode.hpp"
#include "adapters/glance/encode.hpp"
#include "adapters/nova/encode.hpp"

namespace polyglance::bench {
namespace {

struct Distro {
    const char* name;
    const char* version;
};
constexpr std::array<Distro, 7> distros{{{"ubuntu", "22.04"},
                                         {"debian", "12"},
                                         {"rocky", "9.3"},
                                         {"centos", "7.9.2009"},
                                         {"windows", "2022"},
                                         {"fedora", "39"},
                                         {"opensuse", "15.5"}}};

/// Spreads neighbours far apart (the finalizer of splitmix64).
std::uint64_t dice_of(std::size_t index)
{
    std::uint64_t z = index + 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

std::vector<Property> properties_of(std::uint64_t dice, std::size_t index)
{
    return {{"hw_disk_bus", R"("virtio")"},
            {"hw_vif_model", R"("virtio")"},
            {"hw_qemu_guest_agent", R"("yes")"},
            {"hw_machine_type", R"("q35")"},
            {"build_id", fmt::format(R"("{}")", index)},
            {"patch_level", fmt::format(R"("{}")", dice % 1000)},
            {"stores", R"("rbd")"}};
}

} // namespace

Image made_up_image(std::size_t index)
{
    const auto dice = dice_of(index);
    const auto& distro = distros.at(dice % distros.size());
    Image image;
    image.native_id = fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", dice >> 32U, (dice >> 16U) & 0xffffU,
                                  dice & 0xfffU, (dice >> 12U) & 0xfffU, index);
    image.name = fmt::format("{}-{}-{}", distro.name, distro.version, index);
    image.description = fmt::format("{} {}, built by pipeline {}", distro.name, distro.version, index);
    image.status = dice % 31 == 0 ? Status::deactivated : Status::active;
    image.status_raw = dice % 31 == 0 ? "deactivated" : "active";
    image.visibility = dice % 3 == 0 ? Visibility::private_ : Visibility::public_;
    image.is_protected = dice % 4 == 0;
    image.owner = fmt::format("{:032x}", dice % 50);
    image.os.family = dice % distros.size() == 4 ? OsFamily::windows : OsFamily::linux;
    image.os.distro = distro.name;
    image.os.version = distro.version;
    image.architecture = dice % 9 == 0 ? Architecture::aarch64 : Architecture::x86_64;
    image.size_bytes = 300'000'000 + static_cast<std::int64_t>(dice % 4'000'000'000U);
    image.virtual_size_bytes = static_cast<std::int64_t>(dice % 40 + 2) << 30U;
    image.min_disk_gib = static_cast<std::int64_t>(dice % 40 + 2);
    image.min_ram_mib = 512LL << (dice % 4);
    image.disk_format = dice % 5 == 0 ? "raw" : "qcow2";
    image.container_format = "bare";
    image.checksum = Checksum{"sha512", fmt::format("{:0128x}", dice)};
    image.firmware = dice % 2 == 0 ? "bios" : "uefi";
    image.tags = dice % 2 == 0 ? std::vector<std::string>{"lts", distro.name} : std::vector<std::string>{distro.name};
    image.created_at = *parse_timestamp("2025-01-01T00:00:00Z") - std::chrono::minutes{index};
    image.updated_at = *image.created_at + std::chrono::hours{dice % 5000};
    image.properties = properties_of(dice, index);
    return image;
}

std::vector<Image> made_up_images(std::size_t count)
{
    std::vector<Image> images;
    images.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        images.push_back(made_up_image(i));
    }
    return images;
}

std::string page_of(Provider provider, const std::vector<Image>& images)
{
    switch (provider) {
    case Provider::nova:
        return nova::encode_page(images,
                                 {.view = nova::View::detail, .marker = "", .limit = images.size(), .target = ""},
                                 "http://127.0.0.1", false);
    case Provider::glance:
        return glance::encode_page(
            images, {.marker = "", .limit = images.size(), .os_hidden = false, .target = "/v2/images"}, false);
    case Provider::cloudimages:
        return cloudimages::encode_page(images);
    case Provider::batchcompute:
        break;
    }
    return batchcompute::encode_page(images, "");
}

} // namespace polyglance::bench
