#include "tests/support/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace polyglance::test {
namespace {

constexpr std::array providers{Provider::glance, Provider::nova, Provider::cloudimages, Provider::batchcompute};

Image image_number(Provider provider, std::size_t i)
{
    constexpr std::array<const char*, 5> distros{"ubuntu", "debian", "centos", "windows", "opensuse"};
    constexpr std::array<const char*, 4> names{"Ubuntu 服务器", "base", "Базовый образ", "web-front"};
    Image image;
    image.native_id = fmt::format("{}-{:05}", to_string(provider).substr(0, 2), i * 7919 % 100'000);
    if (i % 17 != 0) {
        image.name = i % 3 == 0 ? std::string(names[i % names.size()]) : fmt::format("image-{:03}", i % 250);
    }
    image.created_at = *parse_timestamp("2025-01-01T00:00:00Z") + std::chrono::minutes(i / 3 * 11 % 5000);
    image.os.family = i % 5 == 3 ? OsFamily::windows : OsFamily::linux;
    if (provider == Provider::batchcompute) {
        image.visibility = i % 2 == 0 ? Visibility::public_ : Visibility::private_;
        image.origin = i % 2 == 0 ? Origin::provider : Origin::self;
        return image;
    }
    image.status = i % 11 == 0 ? Status::queued : Status::active;
    image.updated_at = *image.created_at + std::chrono::seconds(i % 9);
    image.os.distro = distros[i % distros.size()];
    image.os.version = fmt::format("{}.{}", i % 4 + 1, i % 2);
    image.architecture = i % 4 == 0 ? Architecture::aarch64 : Architecture::x86_64;
    image.min_disk_gib = static_cast<std::int64_t>(i % 5 * 10);
    image.min_ram_mib = static_cast<std::int64_t>(i % 3 * 512);
    image.size_bytes = i % 11 == 0 ? std::nullopt : std::optional<std::int64_t>(1'000'000 + i % 100 * 1'000'003);
    if (provider != Provider::nova) {
        image.visibility = i % 3 == 0 ? Visibility::public_ : Visibility::private_;
        image.is_protected = i % 10 == 0;
        image.tags = i % 4 == 0 ? std::vector<std::string>{"gold", "标签"} : std::vector<std::string>{};
        image.disk_format = i % 2 == 0 ? "qcow2" : "raw";
        image.owner = fmt::format("project-{}", i % 3);
    }
    return image;
}

} // namespace

FakeReply Fleet::answer_as(Cloud& cloud, const FakeRequest& asked)
{
    Request request;
    request.method = asked.method == "DELETE" ? Method::delete_ : Method::get;
    const auto question = asked.target.find('?');
    request.path = asked.target.substr(0, question);
    request.query = question == std::string::npos ? "" : asked.target.substr(question + 1);
    const auto response = cloud.answer(request);
    return FakeReply{.status = response.status, .body = response.body ? response.body->identity() : ""};
}

const std::vector<std::string>& Fleet::ids()
{
    static const std::vector<std::string> ids{"gl", "no", "hw", "al"};
    return ids;
}

Fleet::Fleet(std::size_t images_each)
{
    for (std::size_t s = 0; s < size; ++s) {
        std::vector<Image> images;
        for (std::size_t i = 0; i < images_each; ++i) {
            images.push_back(image_number(providers[s], i));
            uids_.push_back(make_uid(ids()[s], images.back().native_id));
        }
        backends_.push_back(std::make_unique<FakeBackend>());
        clouds_.push_back(make_cloud(providers[s], std::move(images), backends_.back()->url()));
        backends_.back()->set_handler(
            [cloud = clouds_.back().get()](const FakeRequest& asked) { return answer_as(*cloud, asked); });
    }
    std::sort(uids_.begin(), uids_.end());
}

std::vector<SourceConfig> Fleet::sources() const
{
    std::vector<SourceConfig> sources;
    for (std::size_t s = 0; s < size; ++s) {
        SourceConfig source;
        source.id = ids()[s];
        source.title = source.id;
        source.provider = providers[s];
        source.region = "cn-north-4";
        source.endpoint = backends_[s]->endpoint();
        source.endpoint->prefix = source.provider == Provider::nova ? "/v2.1" : "";
        source.allow_delete = s < 2;
        source.request_timeout = std::chrono::seconds{5};
        sources.push_back(std::move(source));
    }
    return sources;
}

std::string Fleet::yaml() const
{
    std::string out = "sources:\n";
    for (const auto& source : sources()) {
        out += fmt::format("  - {{id: {}, provider: {}, region: {}, endpoint: \"{}\", auth: {{type: none}}}}\n",
                           source.id, to_string(source.provider), source.region, source.endpoint->url());
    }
    return out;
}

std::size_t Fleet::listing_calls() const
{
    std::size_t calls = 0;
    for (const auto& backend : backends_) {
        calls += backend->requests().size();
    }
    return calls;
}

} // namespace polyglance::test
