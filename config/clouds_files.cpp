#include <algorithm>
#include <filesystem>

#include "config/auth_part.hpp"
#include "config/clouds.hpp"
#include "config/files.hpp"
#include "config/yaml_reader.hpp"

namespace polyglance::config {
namespace {

constexpr std::size_t largest_file = 4UL << 20;

/// The folders OpenStack's tools look into, in their order.
std::vector<std::filesystem::path> usual_folders(const Reading& reading)
{
    std::vector<std::filesystem::path> out{reading.inputs().working_directory};
    if (!reading.inputs().home.empty()) {
        out.push_back(std::filesystem::path(reading.inputs().home) / ".config" / "openstack");
    }
    out.emplace_back("/etc/openstack");
    return out;
}

/// The first that exists of the variable's file, then `stem`.yaml, .yml or .json in the folders; "" when none does.
std::string find_file(const Reading& reading, std::string_view variable, std::string_view stem,
                      const std::vector<std::filesystem::path>& folders)
{
    std::error_code ignored;
    const std::string* named = reading.environment(variable);
    if (named != nullptr && !named->empty()) {
        if (const auto path = reading.resolve(*named, Layer::environment); std::filesystem::exists(path, ignored)) {
            return path.string();
        }
    }
    for (const auto& folder : folders) {
        for (const std::string_view extension : {".yaml", ".yml", ".json"}) {
            const auto path = (folder / (std::string(stem) + std::string(extension))).lexically_normal();
            if (std::filesystem::exists(path, ignored)) {
                return path.string();
            }
        }
    }
    return {};
}

bool holds_credential(const Node& node)
{
    return std::any_of(node.members.begin(), node.members.end(), [](const Member& m) {
        const bool secret = m.key == "password" || m.key == "token" || m.key == clouds_credential_keys.secret;
        return (secret && m.value.is(Node::Kind::scalar)) || holds_credential(m.value);
    });
}

} // namespace

Clouds::Clouds(Reading& reading, std::string file, Layer layer)
    : reading_(reading), file_(std::move(file)), layer_(layer)
{
}

std::optional<Node> Clouds::read_file(const std::string& path)
{
    constexpr unsigned readable_by_all = 0004;
    const auto file = read_regular_file(path, largest_file);
    if (!file) {
        reading_.problem(path, "", file.error());
        return std::nullopt;
    }
    auto root = read_yaml(file->text, path, reading_);
    if (root && (file->mode & readable_by_all) != 0 && holds_credential(*root)) {
        reading_.warning(path, "holds credentials and can be read by everybody on this machine (chmod 640)");
    }
    return root;
}

bool Clouds::find_files(Section& section, std::string_view key)
{
    auto folders = usual_folders(reading_);
    std::string clouds;
    if (file_ == "auto") {
        clouds = find_file(reading_, "OS_CLIENT_CONFIG_FILE", "clouds", folders);
        if (clouds.empty()) {
            section.problem(key, "needs a clouds.yaml: none in $OS_CLIENT_CONFIG_FILE, ./, ~/.config/openstack or "
                                 "/etc/openstack");
            return false;
        }
    } else {
        clouds = reading_.resolve(file_, layer_).string();
        folders.clear();
        if (std::error_code ignored; !std::filesystem::exists(clouds, ignored)) {
            section.problem(key, "needs the file that openstack.clouds_file names; it does not exist");
            return false;
        }
    }
    folders.insert(folders.begin(), std::filesystem::path(clouds).parent_path());
    auto root = read_file(clouds);
    if (!root) {
        return false;
    }
    root_ = std::move(*root);
    if (const std::string secure = find_file(reading_, "OS_CLIENT_SECURE_FILE", "secure", folders); !secure.empty()) {
        const auto over = read_file(secure);
        if (!over) {
            return false;
        }
        if (over->is(Node::Kind::map)) {
            merge_over(root_, *over);
        }
    }
    const Node* all = root_.find("clouds");
    if (all == nullptr || !all->is(Node::Kind::map)) {
        reading_.problem(clouds, "/clouds", "must be a mapping of entries");
        return false;
    }
    return true;
}

bool Clouds::open(Section& section, std::string_view key)
{
    if (state_ == State::unread) {
        state_ = find_files(section, key) ? State::good : State::bad;
    }
    return state_ == State::good;
}

std::vector<std::string> Clouds::names() const
{
    std::vector<std::string> out;
    if (const Node* all = root_.find("clouds")) {
        for (const auto& [name, entry] : all->members) {
            out.push_back(name);
        }
    }
    return out;
}

Place Clouds::place_of(std::string_view name) const
{
    const Node* all = root_.find("clouds");
    return {all == nullptr ? nullptr : all->find(name), pointer_to("/clouds", name)};
}

} // namespace polyglance::config
