#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "cache/catalog.hpp"
#include "tests/support/manual_clock.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const SourceInfo> info_of(std::string id, std::optional<std::string> region = {})
{
    SourceInfo info;
    info.id = std::move(id);
    info.region = std::move(region);
    return std::make_shared<const SourceInfo>(std::move(info));
}

std::shared_ptr<const Snapshot> snapshot_of(const std::string& source, int images)
{
    SnapshotBuilder builder({source, Provider::glance, {}});
    for (int i = 0; i < images; ++i) {
        Image image;
        image.native_id = std::to_string(i);
        builder.add(image);
    }
    return builder.finish();
}

struct Hub : testing::Test {
    test::ManualClock clock;
    CatalogHub hub{clock, 60s, 3};

    Hub() { hub.configure({info_of("a"), info_of("b")}); }

    std::string publish(const std::string& source, int images)
    {
        hub.update(source, [&](CatalogSource& each) { each.snapshot = snapshot_of(source, images); });
        return hub.current()->generation;
    }
};

TEST_F(Hub, StartsWithEverySourceAndNoSnapshot)
{
    const auto current = hub.current();

    ASSERT_EQ(current->sources.size(), 2u);
    EXPECT_EQ(current->sources[0].info->id, "a");
    EXPECT_EQ(current->find("b")->snapshot, nullptr);
    EXPECT_EQ(current->find("c"), nullptr);
    EXPECT_TRUE(current->generation.starts_with("g-"));
}

TEST_F(Hub, EqualContentsHaveEqualGenerations)
{
    const auto one = publish("a", 1);
    const auto two = publish("a", 2);
    EXPECT_NE(one, two);
    EXPECT_EQ(publish("a", 1), one);

    CatalogHub other{clock, 60s};
    other.configure({info_of("b"), info_of("a")});
    other.update("a", [](CatalogSource& each) { each.snapshot = snapshot_of("a", 1); });
    EXPECT_EQ(other.current()->generation, one);
}

TEST_F(Hub, SourcesWithTheSameImagesAreDifferentContents)
{
    const auto in_a = publish("a", 1);
    hub.update("a", [](CatalogSource& each) { each.snapshot = nullptr; });

    EXPECT_NE(publish("b", 1), in_a);
}

TEST_F(Hub, TheSameContentStaysTheSameSnapshot)
{
    publish("a", 1);
    const auto before = hub.current()->find("a")->snapshot;

    publish("a", 1);

    EXPECT_EQ(hub.current()->find("a")->snapshot, before);
}

TEST_F(Hub, AStatusChangeMakesNoGeneration)
{
    const auto generation = publish("a", 1);
    hub.update("a", [](CatalogSource& each) { each.status.rows_rejected = 7; });

    EXPECT_EQ(hub.current()->generation, generation);
    EXPECT_EQ(hub.at(generation)->find("a")->status.rows_rejected, 7u);
}

TEST_F(Hub, OldGenerationsStayWalkableForTheGrace)
{
    const auto old = publish("a", 1);
    publish("a", 2);
    clock.advance(60s - 1ns);
    ASSERT_NE(hub.at(old), nullptr);
    EXPECT_EQ(hub.at(old)->find("a")->snapshot->size(), 1u);

    clock.advance(1ns);

    EXPECT_EQ(hub.at(old), nullptr);
    EXPECT_NE(hub.at(hub.current()->generation), nullptr);
    EXPECT_EQ(hub.at("g-unknown"), nullptr);
}

TEST_F(Hub, ReleasesWhatIsPastTheGrace)
{
    publish("a", 1);
    const std::weak_ptr<const Snapshot> old = hub.current()->find("a")->snapshot;
    publish("a", 2);
    EXPECT_FALSE(old.expired());
    clock.advance(60s);

    publish("a", 3);

    EXPECT_TRUE(old.expired());
}

TEST_F(Hub, KeepsABoundedNumberOfGenerations)
{
    const auto first = publish("a", 1);
    const auto second = publish("a", 2);
    publish("a", 3);
    publish("a", 4);
    EXPECT_NE(hub.at(first), nullptr);

    publish("a", 5);

    EXPECT_EQ(hub.at(first), nullptr);
    EXPECT_NE(hub.at(second), nullptr);
}

TEST_F(Hub, AGenerationThatComesBackCountsOnce)
{
    const auto old = publish("a", 9);
    for (int round = 0; round < 5; ++round) {
        publish("a", 2);
        publish("a", 1);
    }

    EXPECT_NE(hub.at(old), nullptr);
}

TEST_F(Hub, ReconfiguringKeepsWhatTheSourcesHave)
{
    publish("a", 1);
    publish("b", 1);

    hub.configure({info_of("c"), info_of("b", "elsewhere"), info_of("a")});

    const auto current = hub.current();
    ASSERT_EQ(current->sources.size(), 3u);
    EXPECT_EQ(current->find("a")->snapshot->size(), 1u);
    EXPECT_EQ(current->find("b")->snapshot, nullptr);
    EXPECT_EQ(current->find("c")->snapshot, nullptr);
}

TEST_F(Hub, AnUnknownSourceChangesNothing)
{
    const auto before = hub.current();
    hub.update("c", [](CatalogSource&) { FAIL(); });

    EXPECT_EQ(hub.current(), before);
}

TEST_F(Hub, TellsItsListeners)
{
    int calls = 0;
    const auto id = hub.subscribe([&] { calls += hub.current()->find("a")->snapshot ? 1 : 100; });
    publish("a", 1);
    EXPECT_EQ(calls, 1);
    hub.unsubscribe(id);

    publish("a", 2);

    EXPECT_EQ(calls, 1);
}

TEST_F(Hub, ManyThreadsReadWhileSomePublish)
{
    constexpr int rounds = 200;
    std::atomic<int> told = 0;
    hub.subscribe([&] { ++told; });
    {
        std::vector<std::jthread> threads;
        for (const std::string source : {"a", "b"}) {
            threads.emplace_back([&, source] {
                for (int i = 0; i < rounds; ++i) {
                    publish(source, i % 5);
                }
            });
        }
        for (int reader = 0; reader < 3; ++reader) {
            threads.emplace_back([&] {
                for (int i = 0; i < rounds; ++i) {
                    const auto current = hub.current();
                    EXPECT_EQ(current->generation, generation_of(current->sources));
                    const auto again = hub.at(current->generation);
                    EXPECT_TRUE(again == nullptr || again->generation == current->generation);
                    if (const auto snapshot = current->find("a")->snapshot) {
                        EXPECT_EQ(snapshot->order({})->size(), snapshot->size());
                    }
                }
            });
        }
    }
    EXPECT_EQ(told, 2 * rounds);
}

} // namespace
} // namespace polyglance
