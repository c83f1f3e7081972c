#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <string>

#include "adapters/http/percent.hpp"
#include "tests/end_to_end/hostile_answers.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/run.hpp"
#include "tests/support/running_app.hpp"
#include "tests/support/sanitized.hpp"

namespace polyglance::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// Resident memory of this process, in KiB, that the kernel calls `name`; 0 when it does not say.
std::size_t memory_kib(std::string_view name)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name)) {
            return std::stoul(line.substr(name.size() + 1));
        }
    }
    return 0;
}

/// How far this process grew at most since this object was made.
class PeakMemory {
public:
    PeakMemory()
    {
        std::ofstream("/proc/self/clear_refs") << "5"; // the peak begins anew
        before_ = memory_kib("VmRSS");
    }
    std::size_t growth_mib() const
    {
        const std::size_t peak = memory_kib("VmHWM");
        return peak > before_ ? (peak - before_) / 1024 : 0;
    }

private:
    std::size_t before_ = 0;
};

/// The marker in a request's target.
std::string marker_of(std::string_view target)
{
    const auto mark = target.find('?');
    const auto pairs = mark == std::string_view::npos ? std::nullopt : decode_query(target.substr(mark + 1));
    for (const auto& [name, value] : pairs.value_or(QueryPairs{})) {
        if (name == "marker" || name == "Marker") {
            return value;
        }
    }
    return "";
}

/// Whether a walk through all of a cloud's lists begins with this.
bool begins_a_drain(std::string_view target)
{
    return marker_of(target).empty() && !target.contains("os_hidden=") && !target.contains("Type=Self");
}

/// Four clouds of which some can turn bad, two others that stay good, and a server that nobody may visit.
class Skies {
public:
    explicit Skies(const HostileAnswer& hostile) : hostile_(hostile)
    {
        const auto configured = clouds_.sources();
        for (std::size_t i = 0; i < Fleet::size; ++i) {
            const bool bad = std::ranges::find(hostile.clouds, configured[i].provider) != hostile.clouds.end();
            if (bad) {
                bad_ids.push_back(configured[i].id);
                clouds_.backend(i).set_handler([this, i, provider = configured[i].provider](const FakeRequest& asked) {
                    return answer(i, provider, asked);
                });
            }
        }
    }
    ~Skies()
    {
        // Their handlers refer to this object.
        for (std::size_t i = 0; i < Fleet::size; ++i) {
            clouds_.backend(i).set_handler([](const FakeRequest&) { return FakeReply{.status = 404}; });
        }
    }

    /// `ttl`: of the bad ones.
    std::vector<SourceConfig> sources(std::chrono::milliseconds ttl) const
    {
        std::vector<SourceConfig> out;
        for (auto source : clouds_.sources()) {
            source.page_size = page_size;
            source.request_timeout *= slowness;
            if (is_bad(source.id)) {
                source.ttl = ttl;
                source.full_every = 0ms;
                if (hostile_.configure) {
                    hostile_.configure(source);
                }
            }
            out.push_back(std::move(source));
        }
        for (const std::size_t i : {0UL, 3UL}) {
            auto source = neighbours_.sources()[i];
            source.id = "good-" + source.id;
            out.push_back(std::move(source));
        }
        return out;
    }

    std::string_view view() const { return hostile_.view; }
    bool is_bad(const std::string& id) const { return std::ranges::find(bad_ids, id) != bad_ids.end(); }
    /// Pages that the bad cloud was asked for which was asked for most.
    std::size_t most_pages() const { return *std::max_element(pages_.begin(), pages_.end()); }

    std::atomic<bool> turned_bad{true}; ///< from their next drain on
    FakeBackend evil{[](const FakeRequest&) { return FakeReply{.body = std::string(canary)}; }};
    std::vector<std::string> bad_ids;

private:
    FakeScript answer(std::size_t index, Provider provider, const FakeRequest& asked)
    {
        const auto good = clouds_.answer(index, asked);
        const bool for_schema = asked.target.starts_with("/v2/schemas/");
        // A list that is half good could be taken for one that changed.
        is_bad_.at(index) = is_bad_.at(index) || (turned_bad && begins_a_drain(asked.target));
        if (!is_bad_.at(index) || for_schema != hostile_.schema) {
            return good;
        }
        return hostile_.answer({.provider = provider,
                                .target = asked.target,
                                .marker = marker_of(asked.target),
                                .good = good.body,
                                .own = clouds_.backend(index).url(),
                                .evil = evil.url(),
                                .number = ++pages_.at(index)});
    }

    HostileAnswer hostile_;
    std::array<std::atomic<std::size_t>, Fleet::size> pages_{};
    std::array<bool, Fleet::size> is_bad_{}; ///< each touched by its cloud's thread only
    Fleet neighbours_{good_images};
    Fleet clouds_{good_images}; // last: their threads end before what they use
};

/// One list, and whether it came as it must come whatever the clouds do.
json list(const RunningApp& app, const Skies& skies, unsigned limit = 1000)
{
    const auto began = std::chrono::steady_clock::now();
    const auto answer = app.get(fmt::format("/v1/images?limit={}&view={}&wait_ms=20000", limit, skies.view()));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 22s);
    EXPECT_EQ(answer.status, 200) << answer.body;

    // Nothing of what the bad clouds sent.
    const auto evil_port = ":" + std::to_string(skies.evil.port());
    for (const auto& [name, value] : answer.headers) {
        const auto line = name + ": " + value;
        EXPECT_EQ(line.find(canary), std::string::npos) << line;
        EXPECT_EQ(line.find(evil_port), std::string::npos) << line;
        EXPECT_NE(name, "Set-Cookie");
    }
    EXPECT_EQ(answer.body.find(canary), std::string::npos) << answer.body.substr(
        answer.body.find(canary) > answer.body.size() ? 0
                                                      : std::max<std::size_t>(answer.body.find(canary), 1200) - 1200,
        2000);
    EXPECT_EQ(answer.body.find(evil_port), std::string::npos) << answer.body.substr(
        answer.body.find(canary) > answer.body.size() ? 0
                                                      : std::max<std::size_t>(answer.body.find(canary), 1200) - 1200,
        2000);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.header("Cache-Control").find("public"), std::string_view::npos);

    auto page = answer.json(); // throws when it is not UTF-8
    for (const auto& source : page["sources"]) {
        if (!skies.is_bad(source["id"])) {
            EXPECT_EQ(source["state"], "fresh") << source;
            EXPECT_EQ(source["count"], good_images) << source;
            EXPECT_TRUE(source["error"].is_null()) << source;
        }
    }
    return page;
}

json source_of(const json& page, const std::string& id)
{
    for (const auto& source : page["sources"]) {
        if (source["id"] == id) {
            return source;
        }
    }
    return {};
}

/// The source is as it was when its cloud was good, but stale, and says why.
bool is_stale(const json& page, const std::string& id, const Verdict& verdict)
{
    const auto source = source_of(page, id);
    return source["state"] == "stale" && !source["error"].is_null() && source["error"]["class"] == verdict.error_class;
}

class HostileCloud : public testing::TestWithParam<HostileAnswer> {
protected:
    void SetUp() override
    {
        if (sanitized && std::string_view(GetParam().name).starts_with("bomb_of_")) {
            GTEST_SKIP() << "a gibibyte of rows takes a program that watches itself for minutes";
        }
    }
    void TearDown() override
    {
        RecordProperty("growth_mib", static_cast<int>(memory_.growth_mib()));
        if (!sanitized) {
            EXPECT_LE(memory_.growth_mib(), 64u);
        }
        ++rows;
        most_growth_mib = std::max(most_growth_mib, memory_.growth_mib());
    }
    static void TearDownTestSuite()
    {
        fmt::print("{} hostile answers, {} visits to the evil server, {} MiB more memory at most\n", rows, visits,
                   most_growth_mib);
        rows = visits = most_growth_mib = 0;
    }

    const Verdict& verdict() const { return GetParam().verdict; }
    static void expect_no_visit(const Skies& skies)
    {
        EXPECT_EQ(skies.evil.connections(), 0u);
        visits += skies.evil.connections();
    }

private:
    PeakMemory memory_;
    static std::size_t rows, visits, most_growth_mib;
};
std::size_t HostileCloud::rows = 0;
std::size_t HostileCloud::visits = 0;
std::size_t HostileCloud::most_growth_mib = 0;

TEST_P(HostileCloud, CostsOnlyItsOwnPart)
{
    Skies skies(GetParam());
    const RunningApp app(skies.sources(10min));

    const auto page = list(app, skies);

    for (const auto& id : skies.bad_ids) {
        const auto source = source_of(page, id);
        EXPECT_EQ(source["state"], verdict().state) << source;
        EXPECT_EQ(source["error"].is_null(), verdict().error_class.empty()) << source;
        if (!source["error"].is_null()) {
            EXPECT_EQ(source["error"]["class"], verdict().error_class) << source;
            EXPECT_NE(source["error"]["message"].get<std::string>().find(verdict().message), std::string::npos)
                << source;
        }
        EXPECT_EQ(source["count"].is_null() ? 0 : source["count"].get<std::size_t>(), verdict().images) << source;
    }
    EXPECT_EQ(page["complete"], verdict().state == "fresh");
    EXPECT_LE(skies.most_pages(), verdict().most_pages);
    expect_no_visit(skies);
}

/// Those that end in an error.
class CloudTurnedHostile : public HostileCloud {};

TEST_P(CloudTurnedHostile, LeavesWhatWasKnownBefore)
{
    Skies skies(GetParam());
    skies.turned_bad = false;
    CacheConfig cache;
    cache.min_refresh = 1ms;
    const RunningApp app(skies.sources(5ms), std::nullopt, cache);
    const std::size_t everything = good_images * (Fleet::size + 2);
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (list(app, skies, 1)["page"]["total"] != everything && std::chrono::steady_clock::now() < give_up) {
    }
    skies.turned_bad = true;

    json page;
    const auto all_stale = [&] {
        return std::ranges::all_of(skies.bad_ids, [&](const auto& id) { return is_stale(page, id, verdict()); });
    };
    do {
        page = list(app, skies, 1);
        ASSERT_EQ(page["page"]["total"], everything);
    } while (!all_stale() && !HasFailure() && std::chrono::steady_clock::now() < give_up);

    EXPECT_TRUE(all_stale()) << page["sources"];
    page = list(app, skies);
    EXPECT_EQ(page["images"].size(), everything);
    EXPECT_TRUE(page["complete"].get<bool>());
    expect_no_visit(skies);
}

/// 100,000 new rows in one page, again and again.
TEST(FatPages, HoldNobodyUp)
{
    if (sanitized) {
        GTEST_SKIP() << "100,000 rows at a time take a program that watches itself too long";
    }
    Fleet fleet(good_images);
    std::atomic<std::size_t> drains{0};
    fleet.backend(2).set_handler([&](const FakeRequest& asked) {
        const bool first = marker_of(asked.target).empty();
        drains += first ? 1 : 0;
        std::string rows;
        for (std::size_t i = 0; first && i < 100'000; ++i) {
            rows += fmt::format(R"({}{{"id":"image-{:06}","visibility":"public","name":"{}"}})", i == 0 ? "" : ",", i,
                                drains.load());
        }
        return FakeReply{.body = R"({"images":[)" + rows + "]}"};
    });
    auto sources = fleet.sources();
    sources[2].ttl = 1ms;
    CacheConfig cache;
    cache.min_refresh = 1ms;
    const RunningApp app(sources, std::nullopt, cache);
    ASSERT_EQ(app.get("/v1/images?limit=1&wait_ms=20000").json()["page"]["total"], 100'000 + 3 * good_images);

    const std::size_t begun = drains;
    std::chrono::nanoseconds slowest{0};
    std::size_t answers = 0;
    while (drains < begun + 2) {
        const auto began = std::chrono::steady_clock::now();
        const auto answer = app.get("/v1/images?source=gl,no,al");
        slowest = std::max<std::chrono::nanoseconds>(slowest, std::chrono::steady_clock::now() - began);
        ASSERT_EQ(answer.status, 200);
        ASSERT_EQ(answer.json()["images"].size(), 3 * good_images);
        ++answers;
    }

    EXPECT_LT(slowest, 5s); // the figure is printed; a busy machine must not fail the test
    fmt::print("{} answers while fat pages were read, the slowest in {} ms\n", answers, slowest / 1ms);
    fleet.backend(2).set_handler([](const FakeRequest&) { return FakeReply{.status = 404}; });
}

const auto by_name = [](const testing::TestParamInfo<HostileAnswer>& info) { return info.param.name; };

std::vector<HostileAnswer> with_error(std::vector<HostileAnswer> hostile)
{
    std::erase_if(hostile, [](const auto& one) { return one.verdict.error_class.empty(); });
    return hostile;
}

INSTANTIATE_TEST_SUITE_P(Contents, HostileCloud, testing::ValuesIn(hostile_contents()), by_name);
INSTANTIATE_TEST_SUITE_P(Messages, HostileCloud, testing::ValuesIn(hostile_messages()), by_name);
INSTANTIATE_TEST_SUITE_P(Contents, CloudTurnedHostile, testing::ValuesIn(with_error(hostile_contents())), by_name);
INSTANTIATE_TEST_SUITE_P(Messages, CloudTurnedHostile, testing::ValuesIn(with_error(hostile_messages())), by_name);

} // namespace
} // namespace polyglance::test
