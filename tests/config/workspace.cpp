#include "tests/config/workspace.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <sys/stat.h>

namespace polyglance::test {

Workspace::Workspace()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "polyglance-config-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no folder for the test");
    }
    folder_ = pattern;
    inputs.working_directory = pattern;
}

Workspace::~Workspace()
{
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string Workspace::path(std::string_view name) const
{
    return (folder_ / name).string();
}

void Workspace::write(std::string_view name, std::string_view text, mode_t mode)
{
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    ::chmod(path(name).c_str(), mode);
}

void Workspace::variable(std::string name, std::string value)
{
    inputs.environment.emplace_back(std::move(name), std::move(value));
}

void Workspace::flag(std::string key, std::string value)
{
    inputs.overrides.emplace_back(std::move(key), std::move(value));
}

std::expected<Config, std::vector<ConfigProblem>> Workspace::load(std::string_view text)
{
    write("polyglance.yaml", text);
    return load_config(inputs);
}

std::string problems_of(const std::expected<Config, std::vector<ConfigProblem>>& result)
{
    std::string out;
    if (!result) {
        for (const auto& problem : result.error()) {
            out += problem.to_string() + "\n";
        }
    }
    return out;
}

} // namespace polyglance::test
