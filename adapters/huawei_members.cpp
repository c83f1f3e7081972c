#include "adapters/huawei_members.hpp"

#include <algorithm>
#include <array>

#include "adapters/distros.hpp"
#include "adapters/image_members.hpp"
#include "adapters/os_names.hpp"

namespace polyglance::wire {
namespace {

constexpr std::string_view support_prefix = "__support_";

template <class Enum>
struct WordRow {
    std::string_view word;
    Enum value;
};

constexpr std::array origins{
    WordRow<Origin>{"gold", Origin::provider},
    WordRow<Origin>{"private", Origin::self},
    WordRow<Origin>{"shared", Origin::shared},
    WordRow<Origin>{"market", Origin::market},
};
constexpr std::array families{
    WordRow<OsFamily>{"Linux", OsFamily::linux},
    WordRow<OsFamily>{"Windows", OsFamily::windows},
    WordRow<OsFamily>{"Other", OsFamily::other},
};
constexpr std::array virtual_env_types{
    WordRow<Artifact>{"dataimage", Artifact::data_disk},
    WordRow<Artifact>{"isoimage", Artifact::iso},
    WordRow<Artifact>{"ironic", Artifact::bare_metal},
};

template <class Rows, class Enum>
std::optional<std::string_view> word_in(const Rows& rows, const std::optional<Enum>& value)
{
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.value == value; });
    return found == rows.end() ? std::nullopt : std::optional(found->word);
}

template <class Rows>
auto value_in(const Rows& rows, std::string_view word) -> std::optional<decltype(rows.front().value)>
{
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return same_word(word, row.word); });
    return found == rows.end() ? std::nullopt : std::optional(found->value);
}

Reading<Origin> read_origin(json::Value value)
{
    const auto text = read_text(value);
    const auto origin = text.value ? value_in(origins, *text.value) : std::nullopt;
    return {.value = origin, .unreadable = text.unreadable || (text.value && !origin)};
}

/// "Other" is no distribution of ours, but it is an answer: it stays in the properties.
Reading<std::string_view> read_platform(json::Value value)
{
    const auto text = read_text(value);
    const auto distro = text.value ? known_distro(*text.value) : std::nullopt;
    if (!distro) {
        return {.unreadable = text.unreadable || text.value};
    }
    return {*distro};
}

/// `true`, `false`, or what is supported: the model of a graphics card, a list of agents. Digits are no flag here.
Reading<std::variant<bool, std::string_view>> read_capability(json::Value value)
{
    const bool is_true = same_word(value.text(), "true");
    if (is_true || same_word(value.text(), "false")) {
        return {is_true};
    }
    const auto text = read_text(value);
    if (!text.value) {
        return {.unreadable = text.unreadable};
    }
    return {*text.value};
}

void read_capabilities(WireRow& row, WireImage& image)
{
    image.capabilities.emplace();
    row.for_each_left([&](WireRow::Member& member) {
        if (!member.name->key.starts_with(support_prefix) || member.name->key.size() == support_prefix.size()) {
            return;
        }
        auto reading = read_capability(member.value);
        member.taken = !reading.unreadable;
        if (reading.value) {
            image.capabilities->emplace_back(member.name->key.substr(support_prefix.size()), *reading.value);
        }
    });
}

void read_os(RowSpace& space)
{
    auto& row = space.row;
    auto& image = space.image;
    const auto* const platform = row.find("__platform");
    const auto platform_text = platform != nullptr ? read_text(platform->value).value : std::nullopt;
    image.os.family = row.take("__os_type", read_word<OsFamily>);
    image.os.distro = row.take("__platform", read_platform);
    image.os.bits = row.take("__os_bit", read_bits);
    image.os.name_raw = row.take("__os_version", read_text);
    if (image.os.name_raw) {
        auto said = parse_os_version(*image.os.name_raw, platform_text.value_or(""));
        if (said.version) {
            image.os.version = space.texts.keep(std::move(*said.version));
        }
        image.os.bits = image.os.bits ? image.os.bits : said.bits;
    }
}

std::optional<Artifact> artifact_of(const WireRow& row, const WireImage& image, bool made_from_server)
{
    if (image.backup_id) {
        return Artifact::backup;
    }
    const auto* const kind = row.find("virtual_env_type");
    const auto word = kind != nullptr ? read_text(kind->value).value : std::nullopt;
    if (const auto artifact = word ? value_in(virtual_env_types, *word) : std::nullopt) {
        return artifact;
    }
    if (made_from_server) {
        return Artifact::snapshot;
    }
    return image.origin == Origin::provider ? std::optional(Artifact::base) : std::nullopt;
}

bool runs_on_arm(const WireImage& image)
{
    const std::pair<std::string_view, std::variant<bool, std::string_view>> arm("arm", true);
    return image.capabilities && std::ranges::find(*image.capabilities, arm) != image.capabilities->end();
}

/// The original text if it still says the image's version, else one put together in Huawei's way.
std::optional<std::string> os_version_text(const OsInfo& os, std::string_view platform)
{
    const auto said = os.name_raw ? parse_os_version(*os.name_raw, "").version : std::nullopt;
    if (!os.version || (said && said->ends_with(*os.version))) {
        return os.name_raw;
    }
    std::string text(platform);
    text += (text.empty() ? "" : " ") + *os.version;
    return os.bits ? text + " " + std::to_string(*os.bits) + "bit" : text;
}

std::optional<std::string> digits(const std::optional<std::int64_t>& number)
{
    return number ? std::optional(std::to_string(*number)) : std::nullopt;
}

/// Huawei writes flags as text.
std::optional<std::string_view> flag_text(const std::optional<bool>& flag)
{
    return flag ? std::optional<std::string_view>(*flag ? "true" : "false") : std::nullopt;
}

/// A version that came verbatim, and that reading as `__os_version` would change, keeps OpenStack's name.
void append_os_version(ElementWriter& element, const OsInfo& os, std::string_view platform)
{
    if (os.name_raw && os.name_raw == os.version && parse_os_version(*os.name_raw, platform).version != os.version) {
        element.text("os_version", os.version);
        return;
    }
    element.text(element.first_free({"__os_version", "os_version"}), os_version_text(os, platform));
}

void append_os(ElementWriter& element, const Image& image)
{
    const auto family = stated(image, "os.family", image.os.family);
    element.text(element.first_free({"__os_type", "os_type"}), word_in(families, family));
    const auto distro = stated(image, "os.distro", image.os.distro);
    const auto platform = distro ? platform_word(*distro) : std::nullopt;
    const bool huawei_reads_it = distro && known_distro(*distro);
    element.text(huawei_reads_it ? element.first_free({"__platform", "os_distro"}) : "os_distro",
                 platform ? platform : std::optional<std::string_view>(distro));
    if (!is_inferred(image, "os.version")) {
        append_os_version(element, image.os, platform.value_or(""));
    }
    const auto bits = stated(image, "os.bits", image.os.bits);
    element.text("__os_bit", bits ? std::optional(std::to_string(*bits)) : std::nullopt);
}

void append_capabilities(ElementWriter& element, const Capabilities& capabilities)
{
    for (const auto& [name, value] : capabilities) {
        const auto* const text = std::get_if<std::string>(&value);
        const auto member = std::string(support_prefix) + name;
        element.text(member,
                     text != nullptr ? std::optional<std::string_view>(*text) : flag_text(std::get<bool>(value)));
    }
}

void read_huawei_members(RowSpace& space)
{
    auto& row = space.row;
    auto& image = space.image;
    image.description = row.take("__description", read_text);
    image.origin = row.take("__imagetype", read_origin);
    image.registered = row.take("__isregistered", read_bool);
    image.size_bytes = row.take("__image_size", read_size);
    image.max_ram_mib = row.take("max_ram", read_count);
    image.parent_image_id = row.take("__originalimagename", read_text);
    image.backup_id = row.take("__backup_id", read_text);
    if (image.origin == Origin::shared) {
        image.visibility = Visibility::shared;
    }
    read_os(space);
    read_capabilities(row, image);
}

} // namespace

bool read_image(RowSpace& space)
{
    auto& row = space.row;
    auto& image = space.image;
    const auto id = row.take("id", read_id);
    if (!id) {
        return false;
    }
    image.native_id = *id;
    read_image_members(row, image);
    read_huawei_members(space);
    const auto size = row.take("size", read_size);
    image.size_bytes = image.size_bytes ? image.size_bytes : size;
    return true;
}

void infer_from_huawei_members(RowSpace& space, bool made_from_server)
{
    auto& image = space.image;
    if (!image.artifact) {
        image.artifact = artifact_of(space.row, image, made_from_server);
        if (image.artifact) {
            image.inferred.emplace_back("artifact");
        }
    }
    if (!image.architecture) {
        image.architecture = runs_on_arm(image) ? Architecture::aarch64 : architecture_for(image.os.bits);
        if (image.architecture) {
            image.inferred.emplace_back("architecture");
        }
    }
    infer_family(image);
}

void append_huawei_members(ElementWriter& element, const Image& image)
{
    element.text("__imagetype", word_in(origins, stated(image, "origin", image.origin)));
    element.text("__isregistered", flag_text(image.registered));
    element.text(element.first_free({"__description", "description"}), image.description);
    element.text(element.first_free({"__image_size", "size"}), digits(image.size_bytes));
    element.text("max_ram", digits(image.max_ram_mib));
    element.text("__originalimagename", image.parent_image_id);
    element.text("__backup_id", image.backup_id);

    append_os(element, image);
    if (image.capabilities) {
        append_capabilities(element, *image.capabilities);
    }
}

} // namespace polyglance::wire
