#include <CLI/CLI.hpp>

#include "proxy/commands.hpp"

int main(int argc, char** argv)
{
    using namespace polyglance;

    CLI::App cli{"One endpoint for every cloud's machine images"};
    cli.name("polyglance");
    cli.require_subcommand(1);

    CommandOptions options;
    const auto add_config = [&options](CLI::App* command) {
        command->add_option("--config", options.config_file,
                            "Configuration file (default: $POLYGLANCE_CONFIG, ./polyglance.yaml, "
                            "/etc/polyglance/polyglance.yaml)");
    };
    auto* const serve = cli.add_subcommand("serve", "Serve the API until SIGTERM");
    add_config(serve);
    serve->add_option("--listen", options.listen, "Address and port of the data listener, for example 127.0.0.1:8080");
    serve->add_flag("--demo", options.demo, "Serve four made-up clouds that run inside this process");
    auto* const check = cli.add_subcommand("check", "Check the configuration");
    add_config(check);
    check->add_flag("--live", options.live, "Also log in to every source and read its list");
    auto* const health = cli.add_subcommand("healthcheck", "Ask a running server whether it is alive");
    health->add_option("--url", options.url, "What to ask")->capture_default_str();
    auto* const version = cli.add_subcommand("version", "Print version and libraries");

    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = cli.exit(error);
        return code == 0 ? exit_ok : exit_usage;
    }
    if (*serve) {
        return serve_command(options);
    }
    if (*check) {
        return check_command(options);
    }
    if (*health) {
        return healthcheck_command(options);
    }
    return *version ? version_command() : exit_usage;
}
