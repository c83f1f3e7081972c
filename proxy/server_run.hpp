#pragma once

#include "config/config.hpp"
#include "proxy/commands.hpp"

namespace polyglance {

/// Serves until SIGTERM or SIGINT: first /readyz says 503 for `drain_delay`, then accepting stops and requests in
/// flight are answered for at most `drain_timeout`. A second signal ends at once. SIGHUP reloads the configuration; a
/// bad one changes nothing. Returns the exit code.
int run_server(Config config, const CommandOptions& options);

} // namespace polyglance
