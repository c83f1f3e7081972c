#include <gtest/gtest.h>

#include <fcntl.h>
#include <future>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/end_to_end/program.hpp"
#include "tests/support/fleet.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::ChildProcess;
using test::FakeScript;
using test::Fleet;
using test::get_when_up;
using test::HttpAnswer;
using test::ServedProgram;
using test::Workspace;

/// A list of four clouds that answer only when the gate opens, under way.
struct HeldUp {
    explicit HeldUp(std::string_view settings)
    {
        for (std::size_t i = 0; i < Fleet::size; ++i) {
            fleet.backend(i).set_handler([this](const test::FakeRequest&) {
                return FakeScript().wait(gate).send(test::FakeReply{.status = 404}.wire());
            });
        }
        served.emplace(settings, fleet.yaml());
        served->get("/livez");
        answer = std::async(std::launch::async,
                            [port = served->port] { return test::get(port, "/v1/images?wait_ms=30000"); });
        // It is under way when it is counted beside the connection that asks.
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        while (!served->metrics_say("polyglance_http_connections 1") && std::chrono::steady_clock::now() < give_up) {
        }
    }
    ~HeldUp() { gate.open(); }

    test::Gate gate;
    Fleet fleet{3};
    std::optional<ServedProgram> served;
    std::future<HttpAnswer> answer;
};

TEST(Lifecycle, SaysSoWhenItRunsAsRoot)
{
    ServedProgram served("drain_delay: 0s", "");
    served.get("/livez");
    served.process.signal(SIGTERM);

    EXPECT_EQ(served.process.wait(), 0);
    EXPECT_EQ(served.process.output().find("running_as_root") != std::string::npos, geteuid() == 0);
}

TEST(Lifecycle, BecomesTheConfiguredUserOnceItListens)
{
    if (geteuid() != 0) {
        GTEST_SKIP() << "only root can become another user";
    }
    ServedProgram served("drain_delay: 0s, user: nobody", "");
    EXPECT_EQ(served.get("/livez").status, 200);
    const auto process = "/proc/" + std::to_string(served.process.pid()) + "/task/";

    std::size_t threads = 0;
    for (const auto& thread : std::filesystem::directory_iterator(process)) {
        std::ifstream file(thread.path() / "status");
        const std::string status(std::istreambuf_iterator<char>(file), {});
        EXPECT_NE(status.find("\nUid:\t65534\t65534\t65534\t65534\n"), std::string::npos) << status;
        EXPECT_NE(status.find("\nGid:\t65534\t65534\t65534\t65534\n"), std::string::npos) << status;
        EXPECT_NE(status.find("\nCapEff:\t0000000000000000\n"), std::string::npos) << status;
        ++threads;
    }
    EXPECT_GT(threads, 1u);
    served.process.signal(SIGTERM);
    EXPECT_EQ(served.process.wait(), 0);
    EXPECT_EQ(served.process.output().find("running_as_root"), std::string::npos);
}

TEST(Lifecycle, SaysWhenItCannotBecomeTheConfiguredUser)
{
    ServedProgram served("user: no-such-user", "");

    EXPECT_EQ(served.process.wait(), 78);
    EXPECT_NE(served.process.output().find("server.user: there is no user 'no-such-user' here"), std::string::npos)
        << served.process.output();
}

TEST(Lifecycle, AnswersWhatIsUnderWayBeforeItEnds)
{
    HeldUp held("drain_delay: 0s");

    held.served->process.signal(SIGTERM);
    ASSERT_TRUE(held.served->process.wait_for_output("\"stopping\""));
    held.gate.open();

    const auto answer = held.answer.get();
    EXPECT_EQ(answer.status, 502) << answer.body; // whole, and what it would have been without the signal
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(held.served->process.wait(), 0);
}

TEST(Lifecycle, ASecondSigtermEndsItAtOnce)
{
    HeldUp held("drain_delay: 1m");

    held.served->process.signal(SIGTERM);
    ASSERT_TRUE(held.served->process.wait_for_output("\"stopping\""));
    held.served->process.signal(SIGTERM);

    EXPECT_EQ(held.served->process.wait(), 1); // gives up long before the drain would
    EXPECT_NE(held.served->process.output().find("stopped_at_once"), std::string::npos);
    EXPECT_THROW(held.answer.get(), std::exception);
}

TEST(Lifecycle, IsNotReadyButStillServesWhileItAnnouncesItsEnd)
{
    Fleet fleet(3);
    ServedProgram served("drain_delay: 1m", fleet.yaml());
    ASSERT_EQ(served.get("/v1/images?wait_ms=20000").status, 200);
    ASSERT_EQ(served.get("/readyz").status, 200);

    served.process.signal(SIGTERM);
    ASSERT_TRUE(served.process.wait_for_output("\"stopping\""));

    for (const auto port : {served.port, served.admin}) {
        while (test::get(port, "/readyz").status != 503) { // the line comes a moment before the change
        }
        EXPECT_EQ(test::get(port, "/livez").status, 200);
    }
    EXPECT_EQ(test::get(served.port, "/v1/images").status, 200);
}

TEST(Lifecycle, OtherSignalsDoNotEndIt)
{
    Fleet fleet(3);
    ServedProgram served("", "cache: {ttl: 200ms, min_refresh: 50ms, stale: 1h}\n" + fleet.yaml());
    ASSERT_EQ(served.get("/v1/images?wait_ms=20000").status, 200);

    for (const int number : {SIGPIPE, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT, SIGCHLD, SIGWINCH}) {
        served.process.signal(number);
    }
    served.process.signal(SIGCONT);

    EXPECT_EQ(served.get("/v1/images").status, 200) << served.process.output();
    // Its timers go on too: the clouds are asked again and again.
    EXPECT_TRUE(fleet.backend(0).wait_for_requests(fleet.backend(0).requests().size() + 4));
}

TEST(Lifecycle, CountsReloadsByTheirOutcome)
{
    Fleet fleet(3);
    ServedProgram served("", fleet.yaml());
    served.get("/livez");

    served.workspace.write("sources: [{id: BAD}]\n");
    served.process.signal(SIGHUP);
    ASSERT_TRUE(served.process.wait_for_output("reload_refused"));
    served.workspace.write(served.yaml("", fleet.yaml()));
    served.process.signal(SIGHUP);
    ASSERT_TRUE(served.process.wait_for_output("\"reloaded\""));

    EXPECT_TRUE(served.metrics_say("polyglance_config_reloads_total{outcome=\"failed\"} 1"));
    EXPECT_TRUE(served.metrics_say("polyglance_config_reloads_total{outcome=\"succeeded\"} 1"));
    EXPECT_EQ(served.process.output().find("restart_needed"), std::string::npos) << "nothing of the kind changed";
}

TEST(Lifecycle, WhatNeedsARestartStaysAsItIs)
{
    ServedProgram served("", "query: {walk_grace: 77s}\ncache: {memory: 77MiB}\n");
    served.get("/livez");
    served.workspace.write(served.yaml("", "query: {walk_grace: 88s}\ncache: {memory: 88MiB}\n"));

    served.process.signal(SIGHUP);
    ASSERT_TRUE(served.process.wait_for_output("\"reloaded\""));

    const auto log = served.process.output();
    const auto shown = test::get(served.admin, "/debug/config").body;
    for (const auto* const setting : {"query.walk_grace", "cache.memory"}) {
        EXPECT_NE(log.find(setting), std::string::npos) << log;
    }
    EXPECT_NE(shown.find("walk_grace: 77s"), std::string::npos) << shown;
    EXPECT_NE(shown.find("memory: 77MiB"), std::string::npos) << shown;
}

TEST(Lifecycle, SaysWhyItCannotListen)
{
    // A documentation address, which no machine has, and a port of somebody else.
    const ServedProgram other("");
    other.get("/livez");
    for (const std::string& address : {std::string("192.0.2.1:8080"), "127.0.0.1:" + std::to_string(other.port)}) {
        for (const auto* const which : {"listen", "admin"}) {
            const std::string rest = std::string(which) == "listen" ? "admin" : "listen";
            const Workspace workspace("server: {" + std::string(which) + ": \"" + address + "\", " + rest +
                                      ": \"127.0.0.1:0\"}\nauth: {insecure_open: true}\n");
            ChildProcess server({POLYGLANCE_BINARY, "serve", "--config", workspace.config()});
            EXPECT_EQ(server.wait(), 1) << server.output();
            EXPECT_NE(server.output().find("cannot listen"), std::string::npos) << server.output();
            EXPECT_NE(server.output().find(address), std::string::npos) << server.output();
            EXPECT_EQ(server.output().find("boost"), std::string::npos) << server.output();
        }
    }
}

TEST(Lifecycle, ServesThoughNobodyTakesTheLog)
{
    const auto folder = test::make_temporary_directory();
    const auto pipe = (folder / "log").string();
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); // holds it open and takes nothing
    for (const std::string& log : {pipe, std::string("/dev/full")}) {
        ServedProgram served("drain_delay: 0s", "log: {format: json}\n", {"/bin/sh", "-c", R"(exec "$@" 2>"$0")", log});
        served.get("/livez");

        // Lines wait in memory, up to a megabyte; then they are dropped, and counted. Long ones, to get there soon.
        const std::string target = "/none/" + std::string(4000, 'x');
        const auto give_up = std::chrono::steady_clock::now() + 30s;
        do {
            for (int i = 0; i < 50; ++i) {
                ASSERT_EQ(test::get(served.port, target).status, 404);
            }
            ASSERT_LT(std::chrono::steady_clock::now(), give_up) << log;
        } while (served.metrics_say("polyglance_log_lines_dropped 0"));

        served.process.signal(SIGTERM);
        EXPECT_EQ(served.process.wait(), 0) << log;
    }
    close(reader);
    std::filesystem::remove_all(folder);
}

TEST(Lifecycle, LeavesNoMemoryInACoreDump)
{
    const ServedProgram served("");
    served.get("/livez");
    const auto about = [&](const char* what) {
        std::ifstream file("/proc/" + std::to_string(served.process.pid()) + "/" + what);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };

    // No file at all; and whoever takes dumps through a pipe, for which that limit does not count, gets no memory.
    const auto limits = about("limits");
    constexpr std::string_view name = "Max core file size";
    const auto at = limits.find_first_not_of(' ', limits.find(name) + name.size());
    EXPECT_EQ(limits.substr(at, 2), "0 ") << limits;
    EXPECT_EQ(about("coredump_filter"), "00000000\n");
}

} // namespace
} // namespace polyglance
