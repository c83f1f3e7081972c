#include <filesystem>
#include <string_view>
#include <unistd.h>

#include "config/load.hpp"

namespace polyglance {

ConfigInputs inputs_of_process()
{
    ConfigInputs out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) {
            continue;
        }
        out.environment.emplace_back(text.substr(0, equals), text.substr(equals + 1));
        if (out.environment.back().first == "HOME") {
            out.home = out.environment.back().second;
        }
    }
    std::error_code unknown;
    const auto here = std::filesystem::current_path(unknown);
    out.working_directory = unknown ? "." : here.string();
    return out;
}

} // namespace polyglance
