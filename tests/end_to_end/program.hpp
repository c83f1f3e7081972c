#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/child_process.hpp"
#include "tests/support/http_call.hpp"
#include "tests/support/redis_server.hpp"

/// What tests of the real program, POLYGLANCE_BINARY, have in common.
namespace polyglance::test {

/// A folder with a configuration file for the real program.
class Workspace {
public:
    explicit Workspace(std::string_view yaml) : folder_(make_temporary_directory()) { write(yaml); }
    ~Workspace() { std::filesystem::remove_all(folder_); }
    void write(std::string_view yaml) { std::ofstream(config()) << yaml; }
    /// One more file, readable by its owner only.
    void add(std::string_view name, std::string_view text) const
    {
        std::ofstream(folder_ / name) << text;
        std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_read);
    }
    std::string config() const { return (folder_ / "polyglance.yaml").string(); }

private:
    std::filesystem::path folder_;
};

inline std::string server_yaml(std::uint16_t port)
{
    return "server: {listen: \"127.0.0.1:" + std::to_string(port) +
           "\", admin: \"\", threads: 1, drain_delay: 0s, drain_timeout: 5s}\n";
}

/// Asks until the server answers; every try is a connection of its own. A server that ended fails at once, with its
/// last words.
inline HttpAnswer get_when_up(const ChildProcess& server, std::uint16_t port, std::string_view target)
{
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    for (;;) {
        try {
            return get(port, target);
        } catch (const std::exception& error) {
            if (server.output_ended() || std::chrono::steady_clock::now() > give_up) {
                throw std::runtime_error(std::string(error.what()) + "; the server said: " + server.output());
            }
            std::this_thread::yield();
        }
    }
}

/// The real program on two free ports of 127.0.0.1, with more settings of `server:` ("a: 1, b: 2"), the rest of the
/// file, and perhaps a command that starts the one behind it.
struct ServedProgram {
    explicit ServedProgram(std::string_view settings = "", std::string_view rest = "",
                           std::vector<std::string> launcher = {})
        : workspace(yaml(settings, rest)), process(command(std::move(launcher)))
    {
    }

    std::string yaml(std::string_view settings, std::string_view rest) const
    {
        return "server: {listen: \"127.0.0.1:" + std::to_string(port) +
               "\", admin: \"127.0.0.1:" + std::to_string(admin) + "\", threads: 1, drain_timeout: 10s" +
               (settings.empty() ? "" : ", " + std::string(settings)) + "}\n" + std::string(rest);
    }
    /// Waits until it is up.
    HttpAnswer get(std::string_view target) const { return get_when_up(process, port, target); }
    HttpAnswer get_admin(std::string_view target) const { return get_when_up(process, admin, target); }
    bool metrics_say(std::string_view line) const
    {
        return get_admin("/metrics").body.find(std::string(line) + "\n") != std::string::npos;
    }

    std::uint16_t port = free_port();
    std::uint16_t admin = free_port();
    Workspace workspace;
    ChildProcess process;

private:
    std::vector<std::string> command(std::vector<std::string> words) const
    {
        for (const std::string& word :
             std::vector<std::string>{POLYGLANCE_BINARY, "serve", "--config", workspace.config()}) {
            words.push_back(word);
        }
        return words;
    }
};

} // namespace polyglance::test
