#include "config/load.hpp"

#include <filesystem>

#include "config/clouds.hpp"
#include "config/expand.hpp"
#include "config/files.hpp"
#include "config/overlay.hpp"
#include "config/parts.hpp"
#include "config/reading.hpp"
#include "config/section.hpp"
#include "config/sources_part.hpp"
#include "config/yaml_reader.hpp"

namespace polyglance {
namespace {

using namespace config;

constexpr std::size_t largest_file = 4UL << 20;

/// The file to read: named on purpose, or found in the usual places; "" when there is none.
std::string choose_file(const Reading& reading)
{
    if (reading.inputs().file) {
        return *reading.inputs().file;
    }
    const std::string* named = reading.environment("POLYGLANCE_CONFIG");
    if (named != nullptr && !named->empty()) {
        return *named;
    }
    std::error_code ignored;
    for (const std::string usual : {"polyglance.yaml", "/etc/polyglance/polyglance.yaml"}) {
        if (std::filesystem::exists(reading.resolve(usual, Layer::environment), ignored)) {
            return usual;
        }
    }
    return {};
}

std::optional<Node> read_file(const std::string& name, Reading& reading)
{
    const auto path = reading.resolve(name, Layer::environment);
    const auto file = read_regular_file(path, largest_file);
    if (!file) {
        reading.problem(name, "", "the configuration file " + file.error());
        return std::nullopt;
    }
    reading.set_folder(path.parent_path());
    return read_yaml(file->text, name, reading);
}

/// All layers on top of each other; empty when the file is no document at all.
std::optional<Node> read_layers(const std::string& file, Reading& reading)
{
    Node root = Node::map(file.empty() ? "configuration" : file, Layer::file);
    if (!file.empty()) {
        auto read = read_file(file, reading);
        if (!read) {
            return std::nullopt;
        }
        root = std::move(*read);
    }
    overlay_environment(root, reading);
    overlay_overrides(root, reading);
    expand_references(root, reading);
    return root;
}

/// `openstack.clouds_file`: needed by sources too, so known before any is read. Its kind is checked with its section.
Clouds make_clouds(const Node& root, Reading& reading)
{
    const Node* section = root.find("openstack");
    const Node* file = section == nullptr ? nullptr : section->find("clouds_file");
    return file == nullptr || file->text.empty() ? Clouds(reading, "auto", Layer::file)
                                                 : Clouds(reading, file->text, file->layer);
}

void read_all(const Node& root, Reading& reading, Config& out)
{
    Section top(reading, {&root, ""});
    read_server(top.section("server"), out.server);
    read_front_auth(top.section("auth"), out.server, out.auth);
    read_cache(top.section("cache"), out.cache);
    read_query(top.section("query"), out.query);
    read_log(top.section("log"), out.log);
    Clouds clouds = make_clouds(root, reading);
    SourceList sources(out.sources);
    read_sources(top, out.cache, clouds, sources);
    read_openstack(top.section("openstack"), out.cache, clouds, sources);
    sources.warn_about_twins(reading);
    top.finish();
}

} // namespace

std::expected<Config, std::vector<ConfigProblem>> load_config(const ConfigInputs& inputs)
{
    Reading reading(inputs);
    Config out;
    out.file = choose_file(reading);
    if (const auto root = read_layers(out.file, reading)) {
        read_all(*root, reading, out);
    }
    if (reading.problem_count() != 0) {
        return std::unexpected(reading.take_problems());
    }
    out.warnings = reading.take_warnings();
    return out;
}

} // namespace polyglance
