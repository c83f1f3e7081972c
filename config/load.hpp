#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace polyglance {

/// One thing wrong with the configuration. Never holds a secret.
struct ConfigProblem {
    std::string where;      ///< "polyglance.yaml:12"
    std::string pointer;    ///< JSON pointer, "/sources/2/ttl"
    std::string message;    ///< what is wrong and what was expected
    std::string suggestion; ///< "ttl", for a near miss; else ""

    /// `polyglance.yaml:12: /sources/2/tll: unknown key; did you mean 'ttl'?`
    std::string to_string() const;
};

/// Where values come from besides the file: only `config/` reads the environment, and tests replace it.
struct ConfigInputs {
    std::optional<std::string> file;                              ///< --config; empty = the usual places
    std::vector<std::pair<std::string, std::string>> environment; ///< every variable, as name and value
    std::vector<std::pair<std::string, std::string>> overrides;   ///< flags: "server.listen" -> "127.0.0.1:0"
    std::string home;                                             ///< for ~/.config/openstack; "" = none
    std::string working_directory = ".";
};

/// This process's environment, home and working directory.
ConfigInputs inputs_of_process();

/// Reads, overlays and validates the whole configuration: defaults < file < environment < overrides. All problems at
/// once; when there is any, nothing of the result is used (exit code 78).
std::expected<Config, std::vector<ConfigProblem>> load_config(const ConfigInputs& inputs);

/// The configuration as YAML with every default spelled out and every secret as `***`: for `check` and /debug/config.
std::string describe(const Config& config);

} // namespace polyglance
