#include "tests/support/generators.hpp"

#include <rapidcheck.h>

#include <algorithm>

namespace polyglance::test {
namespace {

template <class T>
rc::Gen<std::optional<T>> maybe(rc::Gen<T> gen)
{
    return rc::gen::mapcat(rc::gen::element(0, 1, 2), [gen](int die) {
        return die == 0 ? rc::gen::just(std::optional<T>{})
                        : rc::gen::map(gen, [](const T& value) { return std::optional<T>{value}; });
    });
}

template <class Enum>
rc::Gen<Enum> any_word()
{
    return rc::gen::map(rc::gen::elementOf(enum_words<Enum>()),
                        [](std::string_view word) { return *enum_from<Enum>(word); });
}

rc::Gen<std::int64_t> any_number()
{
    return rc::gen::oneOf(rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange<std::int64_t>(0, 4),
                          rc::gen::element(std::numeric_limits<std::int64_t>::max(),
                                           std::numeric_limits<std::int64_t>::min(), std::int64_t{9007199254740993}));
}

rc::Gen<Instant> any_time()
{
    // From year 1 to 9999: what a timestamp can say.
    return rc::gen::map(rc::gen::inRange<std::int64_t>(-62'135'596'800, 253'402'300'799), [](std::int64_t s) {
        return Instant{std::chrono::seconds{s}} + std::chrono::microseconds{(s % 3 + 3) % 3 * 111'111};
    });
}

rc::Gen<std::string> any_json()
{
    return rc::gen::element<std::string>("null", "true", "0", "-12.50e+3", "12345678901234567890", R"("")",
                                         R"("中\"\n\\")", "[]", "{}", R"({"a":[1,{"b":null}],"a":"}]"})",
                                         R"(["x",["{"],{"k":"\u0001"}])");
}

rc::Gen<std::vector<std::string>> any_texts()
{
    return rc::gen::resize(4, rc::gen::container<std::vector<std::string>>(awkward_text()));
}

OsInfo any_os()
{
    OsInfo os;
    os.family = *maybe(any_word<OsFamily>());
    os.distro = *maybe(awkward_text());
    os.version = *maybe(awkward_text());
    os.name_raw = *maybe(awkward_text());
    os.bits = *maybe(rc::gen::element(32, 64));
    return os;
}

Capabilities any_capabilities()
{
    Capabilities out;
    for (const auto& key : *any_texts()) {
        out.emplace_back(key, *rc::gen::arbitrary<bool>() ? CapabilityValue(*rc::gen::arbitrary<bool>())
                                                          : CapabilityValue(*awkward_text()));
    }
    return out;
}

void fill_lists(Image& image)
{
    for (const auto& key : *any_texts()) {
        image.alt_ids.emplace_back(key, *awkward_text());
        image.links.push_back({.rel = key, .href = *awkward_text(), .type = *maybe(awkward_text())});
        image.properties.push_back({.key = key, .json = *any_json()});
    }
    if (*rc::gen::arbitrary<bool>()) {
        image.capabilities = any_capabilities();
    }
    image.tags = *maybe(any_texts());
    image.inferred = *any_texts();
}

void fill_words(Image& image)
{
    image.status = *maybe(any_word<Status>());
    image.visibility = *maybe(any_word<Visibility>());
    image.origin = *maybe(any_word<Origin>());
    image.artifact = *maybe(any_word<Artifact>());
    image.architecture = *maybe(any_word<Architecture>());
    image.registered = *maybe(rc::gen::arbitrary<bool>());
    image.is_protected = *maybe(rc::gen::arbitrary<bool>());
    image.hidden = *maybe(rc::gen::just(true));
}

void fill_numbers(Image& image)
{
    for (auto* number :
         {&image.size_bytes, &image.virtual_size_bytes, &image.min_disk_gib, &image.min_ram_mib, &image.max_ram_mib}) {
        *number = *maybe(any_number());
    }
    for (auto* time : {&image.created_at, &image.updated_at, &image.deleted_at}) {
        *time = *maybe(any_time());
    }
}

void fill_texts(Image& image)
{
    for (auto* text :
         {&image.name, &image.description, &image.status_raw, &image.owner, &image.disk_format, &image.container_format,
          &image.firmware, &image.source_server_id, &image.parent_image_id, &image.backup_id}) {
        *text = *maybe(awkward_text());
    }
}

Image make_any_image()
{
    Image image;
    image.native_id = *awkward_text();
    image.os = any_os();
    if (*rc::gen::arbitrary<bool>()) {
        image.checksum = Checksum{*awkward_text(), *awkward_text()};
    }
    fill_words(image);
    fill_numbers(image);
    fill_texts(image);
    fill_lists(image);
    return image;
}

rc::Gen<std::string> few_names()
{
    return rc::gen::element<std::string>("", "ubuntu", "Ubuntu", "centos 7", "中文镜像", "STRASSE", "straße");
}

Image make_colliding_image()
{
    Image image;
    image.native_id = *rc::gen::element<std::string>("", "A", "id ", "中", "~", "z") +
                      std::to_string(*rc::gen::element(0, 1, 2, 3, 4, 5));
    image.name = *maybe(few_names());
    image.description = *maybe(rc::gen::element<std::string>("", "a Server", "中文"));
    image.status = *maybe(rc::gen::element(Status::active, Status::queued, Status::unknown));
    image.visibility = *maybe(rc::gen::element(Visibility::public_, Visibility::private_));
    image.is_protected = *maybe(rc::gen::arbitrary<bool>());
    image.hidden = *maybe(rc::gen::just(true));
    image.owner = *maybe(rc::gen::element<std::string>("a", "b"));
    image.os.family = *maybe(rc::gen::element(OsFamily::linux, OsFamily::windows));
    image.os.distro = *maybe(rc::gen::element<std::string>("ubuntu", "centos"));
    image.os.bits = *maybe(rc::gen::element(32, 64));
    image.size_bytes = *maybe(rc::gen::inRange<std::int64_t>(-1, 3));
    image.min_disk_gib = *maybe(rc::gen::inRange<std::int64_t>(0, 3));
    if (*rc::gen::element(0, 1, 2) == 0) {
        image.checksum = Checksum{*rc::gen::element<std::string>("md5", "sha512"), "00"};
        image.alt_ids = {{"other", "x"}, {"ecs_image_id", *rc::gen::element<std::string>("m-1", "m-2")}};
    }
    image.tags = *maybe(rc::gen::resize(
        3, rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("LTS", "lts", "中", "x"))));
    const Instant start = *parse_timestamp("2024-01-01T00:00:00Z");
    image.created_at =
        *maybe(rc::gen::map(rc::gen::element(0, 1, 2, 3), [start](int s) { return start + std::chrono::seconds{s}; }));
    return image;
}

} // namespace

rc::Gen<std::string> awkward_text()
{
    const auto piece =
        rc::gen::element<std::string>("", "a", "Z", "é", "中", "😀", "\"", "\\", "\n", "\x01", "\x7f", "ß", "İ", "/",
                                      ",", "{", "}", "[", "]", ":", " ", std::string(1, '\0'));
    return rc::gen::map(rc::gen::resize(6, rc::gen::container<std::vector<std::string>>(piece)),
                        [](const std::vector<std::string>& pieces) {
                            std::string out;
                            for (const auto& each : pieces) {
                                out += each;
                            }
                            return out;
                        });
}

rc::Gen<Image> any_image()
{
    return rc::gen::exec(make_any_image);
}

rc::Gen<Image> colliding_image()
{
    return rc::gen::exec(make_colliding_image);
}

rc::Gen<std::vector<Image>> colliding_images(std::size_t at_most)
{
    return rc::gen::map(rc::gen::container<std::vector<Image>>(colliding_image()),
                        [at_most](std::vector<Image> images) {
                            std::ranges::sort(images, {}, &Image::native_id);
                            const auto repeated = std::ranges::unique(images, {}, &Image::native_id);
                            images.erase(repeated.begin(), repeated.end());
                            images.resize(std::min(images.size(), at_most));
                            return images;
                        });
}

} // namespace polyglance::test
