#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "config/load.hpp"

namespace polyglance::test {

/// A folder of its own for one test, gone with it, and the inputs of a load that happens in it: no variable and no home
/// of the machine comes in.
class Workspace {
public:
    Workspace();
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    std::string path(std::string_view name) const;
    void write(std::string_view name, std::string_view text, mode_t mode = 0600);
    void variable(std::string name, std::string value);
    void flag(std::string key, std::string value);

    /// Loads `text` as polyglance.yaml.
    std::expected<Config, std::vector<ConfigProblem>> load(std::string_view text);

    ConfigInputs inputs;

private:
    std::filesystem::path folder_;
};

/// All problems, one a line; "" when the load went well.
std::string problems_of(const std::expected<Config, std::vector<ConfigProblem>>& result);

} // namespace polyglance::test
