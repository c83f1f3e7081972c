#include <gtest/gtest.h>

#include <sstream>
#include <unistd.h>

#include "model/digest.hpp"
#include "tests/end_to_end/program.hpp"
#include "tests/support/fleet.hpp"

namespace polyglance {
namespace {

using test::ChildProcess;
using test::Fleet;
using test::Workspace;

constexpr uid_t nobody = 65534;

/// A command that starts the one behind it as a container does: as a user without rights, on a read-only root, without
/// capabilities and without a way to gain any. It becomes that command: the process id stays.
std::vector<std::string> confining()
{
    std::vector<std::string> words{"/usr/bin/unshare", "--mount"};
    std::string drop = "--bounding-set=-all --inh-caps=-all --no-new-privs";
    if (geteuid() == 0) {
        drop += " --clear-groups --regid=" + std::to_string(nobody) + " --reuid=" + std::to_string(nobody);
    } else { // who has no rights may have them in a namespace of its own, and gives them up there
        words.insert(words.end(), {"--user", "--map-current-user", "--keep-caps"});
        drop += " --ambient-caps=-all";
    }
    words.insert(words.end(),
                 {"/bin/sh", "-c", "mount -o remount,bind,ro / && exec setpriv " + drop + R"( "$@")", "sh"});
    return words;
}

std::vector<std::string> confined(const std::vector<std::string>& command)
{
    auto words = confining();
    words.insert(words.end(), command.begin(), command.end());
    return words;
}

/// A line of /proc/PID/status: what stands behind its name.
std::string status_of(pid_t pid, const std::string& name)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(name + ":")) {
            return line.substr(line.find_first_not_of(" \t", name.size() + 1));
        }
    }
    return "";
}

/// How the root of the file system is mounted for that process, as in "ro,relatime".
std::string root_mount_of(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/mountinfo");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string id, parent, device, root, place, options;
        words >> id >> parent >> device >> root >> place >> options;
        if (place == "/") {
            return options;
        }
    }
    return "";
}

TEST(Confined, ServesWithoutRightsOnAReadOnlyRoot)
{
    ChildProcess probe(confined({"/bin/true"}));
    if (probe.wait() != 0) {
        GTEST_SKIP() << "this machine lets nobody confine a program: " << probe.output();
    }
    Fleet fleet(3);
    const auto port = test::free_port();
    const Workspace workspace(test::server_yaml(port) + "auth: {mode: tokens, tokens_file: tokens.yaml}\n" +
                              fleet.yaml());
    workspace.add("tokens.yaml", "- {name: a, sha256: " + to_hex(as_bytes(sha256("token-a"))) +
                                     ", sources: ['*'], scopes: ['images:read']}\n");
    // The program itself as well: the folder it was built in may be closed to others.
    const auto folder = std::filesystem::path(workspace.config()).parent_path();
    const auto program = (folder / "polyglance").string();
    std::filesystem::copy_file(POLYGLANCE_BINARY, program);
    if (geteuid() == 0) {
        for (const auto& path : {folder.string(), workspace.config(), (folder / "tokens.yaml").string(), program}) {
            ASSERT_EQ(chown(path.c_str(), nobody, nobody), 0);
        }
    }

    ChildProcess server(confined({program, "serve", "--config", workspace.config()}));

    ASSERT_EQ(test::get_when_up(server, port, "/livez").status, 200);
    const auto list = test::call(port, "GET", "/v1/images?wait_ms=20000", {{"Authorization", "Bearer token-a"}});
    EXPECT_EQ(list.status, 200) << list.body;
    EXPECT_EQ(list.json()["complete"], true) << list.body;
    EXPECT_EQ(test::get(port, "/v1/images").status, 401);
    EXPECT_NE(status_of(server.pid(), "Uid").substr(0, 2), "0\t");
    for (const auto* const set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
        EXPECT_EQ(status_of(server.pid(), set), "0000000000000000") << set;
    }
    EXPECT_EQ(status_of(server.pid(), "NoNewPrivs"), "1");
    EXPECT_TRUE(root_mount_of(server.pid()).starts_with("ro")) << root_mount_of(server.pid());

    server.signal(SIGTERM);
    EXPECT_EQ(server.wait(), 0) << server.output();
}

} // namespace
} // namespace polyglance
