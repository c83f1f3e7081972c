#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/end_to_end/program.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/sanitized.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using test::FakeReply;
using test::FakeRequest;
using test::Fleet;
using test::ServedProgram;

/// A page of 2,000 images without a next one, or with one for ever, a kilobyte each.
FakeReply large_page(std::size_t number, bool more)
{
    std::string rows;
    for (std::size_t i = 0; i < 2'000; ++i) {
        const auto id = number * 2'000 + i;
        rows += fmt::format(R"({}{{"id":"image-{:08}","visibility":"public","name":"{:0>1000}"}})", i == 0 ? "" : ",",
                            id, id);
    }
    const auto next = more ? fmt::format(R"(,"next":"/v2/images?marker=image-{:08}")", number * 2'000 + 1'999) : "";
    return {.body = R"({"images":[)" + rows + "]" + next + "}"};
}

/// Most memory the process ever had in use, in MiB.
std::size_t peak_mib(pid_t pid)
{
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return std::stoul(line.substr(6)) / 1024;
        }
    }
    return 0;
}

TEST(Memory, WhenItIsShortListsAreRefusedAndHealthIsNot)
{
    const ServedProgram served("memory_limit: 1MiB"); // less than any program needs
    served.get("/livez");
    ASSERT_TRUE(served.process.wait_for_output("memory_pressure"));

    const auto answer = served.get("/v1/images");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.json()["code"], "overloaded");
    EXPECT_EQ(answer.header("Retry-After"), "1");
    EXPECT_EQ(served.get("/livez").status, 200);
    EXPECT_TRUE(served.metrics_say("polyglance_memory_limit_bytes 1048576"));
}

TEST(Memory, AListThatDoesNotFitIsGivenUpAndTheOthersAreServed)
{
    if (test::sanitized) {
        GTEST_SKIP() << "a program that watches itself takes several times the memory";
    }
    constexpr std::size_t limit_mib = 80;
    Fleet fleet(3);
    std::atomic<std::size_t> page{0};
    fleet.backend(0).set_handler([&page](const FakeRequest& asked) {
        return asked.target.contains("/images") ? large_page(page++, true) : FakeReply{.status = 404};
    });
    const ServedProgram served(fmt::format("memory_limit: {}MiB", limit_mib),
                               "cache: {ttl: 500ms, min_refresh: 100ms, stale: 1h}\n" + fleet.yaml());

    ASSERT_EQ(served.get("/v1/images?wait_ms=30000").status, 200);
    ASSERT_TRUE(served.process.wait_for_output("\"overloaded\"")) << served.process.output();
    const auto answer = served.get("/v1/images?wait_ms=30000").json();
    EXPECT_EQ(answer["images"].size(), 9u);
    EXPECT_EQ(answer["sources"][0]["error"]["class"], "overloaded") << answer["sources"][0];
    EXPECT_LT(peak_mib(served.process.pid()), limit_mib);

    // It comes back when the list fits.
    fleet.backend(0).set_handler([](const FakeRequest& asked) {
        return asked.target.contains("/images") ? large_page(0, false) : FakeReply{.status = 404};
    });
    const auto give_up = std::chrono::steady_clock::now() + 30s;
    while (served.get("/v1/images?source=gl&limit=1").json()["page"]["total"] != 2'000) {
        ASSERT_LT(std::chrono::steady_clock::now(), give_up) << served.process.output();
    }
}

} // namespace
} // namespace polyglance
