#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/end_to_end/program.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/sanitized.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::ChildProcess;
using test::get_when_up;
using test::RawClient;
using test::Workspace;

/// A server without sources, and a client that has been there since before the trouble.
struct Limits : testing::Test {
    explicit Limits(std::string_view more = "")
        : workspace("server: {listen: \"127.0.0.1:" + std::to_string(port) + "\", admin: \"\", threads: 1" +
                    std::string(more) + "}\n")
    {
        get_when_up(server, port, "/livez");
        first.emplace(port);
        EXPECT_TRUE(first_is_answered());
    }

    bool first_is_answered()
    {
        first->send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
        const auto answers = first->read(++asked);
        return answers.size() == asked && answers.back().status == 200;
    }
    /// A new client is answered, if not at once then soon.
    bool recovers() const
    {
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        while (std::chrono::steady_clock::now() < give_up) {
            try {
                if (test::get(port, "/livez").status == 200) {
                    return true;
                }
            } catch (const std::exception&) { // closed before it could answer: not yet
                std::this_thread::yield();
            }
        }
        return false;
    }
    std::string proc(std::string_view file) const
    {
        return "/proc/" + std::to_string(server.pid()) + '/' + std::string(file);
    }

    std::uint16_t port = test::free_port();
    Workspace workspace;
    ChildProcess server{{POLYGLANCE_BINARY, "serve", "--config", workspace.config()}};
    std::optional<RawClient> first;
    std::size_t asked = 0;
};

struct ConnectionLimit : Limits {
    ConnectionLimit() : Limits(", max_connections: 100") {}
};

TEST_F(ConnectionLimit, TurnsAwayTheRestAndHarmsNobody)
{
    std::deque<RawClient> idle;
    for (int i = 0; i < 99; ++i) {
        idle.emplace_back(port);
    }
    std::deque<RawClient> over;
    for (int i = 0; i < 200; ++i) {
        over.emplace_back(port);
    }

    for (auto& client : over) {
        const auto answers = client.read_all();
        ASSERT_EQ(answers.size(), 1u);
        EXPECT_EQ(answers[0].status, 503);
        EXPECT_EQ(answers[0].header("Retry-After"), "1");
    }
    EXPECT_TRUE(first_is_answered());
    idle.clear();
    EXPECT_TRUE(recovers());
}

using FileLimit = Limits;

TEST_F(FileLimit, PausesAcceptingWithoutSpinningAndRecovers)
{
    if (test::sanitized) {
        GTEST_SKIP() << "UBSan needs descriptors to look at memory, and sees errors where it gets none";
    }
    const auto open_files = static_cast<rlim_t>(
        std::distance(std::filesystem::directory_iterator(proc("fd")), std::filesystem::directory_iterator{}));
    const rlimit few{.rlim_cur = open_files + 10, .rlim_max = open_files + 10};
    ASSERT_EQ(prlimit(server.pid(), RLIMIT_NOFILE, &few, nullptr), 0);
    const auto processor_time = [&] { // clock ticks, user and system
        std::ifstream stat(proc("stat"));
        const std::string text{std::istreambuf_iterator<char>(stat), {}};
        std::istringstream fields(text.substr(text.rfind(')') + 2));
        std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
        return std::stol(words.at(11)) + std::stol(words.at(12));
    };

    std::deque<RawClient> crowd; // the kernel completes these connections, the server cannot take them all
    for (int i = 0; i < 40; ++i) {
        crowd.emplace_back(port);
    }
    EXPECT_TRUE(first_is_answered());
    const auto before = processor_time();
    constexpr auto watched = 500ms;
    crowd.back().read_for(watched);
    const auto spent = (processor_time() - before) * 1000 / sysconf(_SC_CLK_TCK);

    EXPECT_FALSE(crowd.back().ended()) << "it waits to be accepted";
    EXPECT_LT(spent, watched.count() / 4) << "ms of processor time, with nothing to do";
    EXPECT_TRUE(first_is_answered());
    crowd.clear();
    EXPECT_TRUE(recovers());
}

using Garbage = Limits;

TEST_F(Garbage, LeavesNoLinesInTheLog)
{
    const auto lines = [&] {
        const auto output = server.output();
        return std::count(output.begin(), output.end(), '\n');
    };
    ASSERT_TRUE(server.wait_for_output("/livez"));
    const auto before = lines();
    for (int i = 0; i < 300; ++i) {
        RawClient client(port);
        client.send(i % 2 == 0 ? std::string_view("\x16\x03\x01\x02", 4) : "SSH-2.0-scanner\r\n");
        ASSERT_EQ(client.read_all().at(0).status, 400);
    }
    test::get(port, "/version"); // its line is the last to be written

    ASSERT_TRUE(server.wait_for_output("/version"));
    EXPECT_LE(lines() - before, 5) << server.output();
}

} // namespace
} // namespace polyglance
