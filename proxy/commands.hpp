#pragma once

#include <string>

namespace polyglance {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_bad_config = 78; ///< EX_CONFIG of sysexits.h

struct CommandOptions {
    std::string config_file; ///< "" = the usual places
    std::string listen;      ///< "" = as configured
    std::string url = "http://127.0.0.1:8080/livez";
    bool demo = false;
    bool live = false;
};

// What the program does for each command word. Each returns the exit code; none throws.

int serve_command(const CommandOptions& options);
int check_command(const CommandOptions& options);
int healthcheck_command(const CommandOptions& options);
int version_command();

} // namespace polyglance
