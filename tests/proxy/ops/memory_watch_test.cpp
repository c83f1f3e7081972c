#include <gtest/gtest.h>

#include "proxy/ops/memory_watch.hpp"
#include "tests/support/manual_clock.hpp"

namespace polyglance {
namespace {

/// Lets everybody in.
struct OpenDoor final : Admission {
    std::optional<Problem> admit(Request&, Access) override { return std::nullopt; }
};

TEST(MemoryWatch, TellsHowNearTheLimitIs)
{
    std::size_t used = 0;
    const test::ManualClock clock;
    MemoryWatch watch(1000, [&] { return used; }, clock);

    for (const auto& [bytes, expected] :
         std::vector<std::pair<std::size_t, MemoryPressure>>{{0, MemoryPressure::none},
                                                             {849, MemoryPressure::none},
                                                             {850, MemoryPressure::high},
                                                             {949, MemoryPressure::high},
                                                             {950, MemoryPressure::severe},
                                                             {5000, MemoryPressure::severe},
                                                             {849, MemoryPressure::none}}) {
        used = bytes;
        EXPECT_EQ(watch.look(), expected) << bytes;
        EXPECT_EQ(watch.pressure(), expected) << bytes;
    }
}

TEST(MemoryWatch, WithoutALimitThereIsNoPressure)
{
    const test::ManualClock clock;
    MemoryWatch watch(0, [] { return std::size_t{1} << 40; }, clock);

    EXPECT_EQ(watch.look(), MemoryPressure::none);
    EXPECT_FALSE(watch.is_short());
}

TEST(MemoryWatch, MeasuresNowAndThenForWhoeverFillsMemory)
{
    std::size_t used = 0;
    std::size_t measured = 0;
    test::ManualClock clock;
    MemoryWatch watch(1000, [&] { return ++measured, used; }, clock);
    watch.look();

    used = 900;
    clock.advance(std::chrono::milliseconds{4});
    EXPECT_FALSE(watch.is_short());
    clock.advance(std::chrono::milliseconds{1});
    EXPECT_TRUE(watch.is_short());
    EXPECT_TRUE(watch.is_short());
    EXPECT_EQ(measured, 2u);
}

TEST(LoadShedder, RefusesAllButHealthWhileMemoryIsSeverelyShort)
{
    std::size_t used = 0;
    const test::ManualClock clock;
    MemoryWatch watch(1000, [&] { return used; }, clock);
    OpenDoor door;
    LoadShedder shedder(door, watch);
    Request request;

    for (const std::size_t ample : {0U, 900U}) {
        used = ample;
        watch.look();
        EXPECT_FALSE(shedder.admit(request, Access::read)) << ample;
    }
    used = 990;
    watch.look();
    for (const auto access : {Access::read, Access::known}) {
        const auto problem = shedder.admit(request, access);
        ASSERT_TRUE(problem);
        EXPECT_EQ(problem->code, "overloaded");
        EXPECT_EQ(problem->retry_after, std::chrono::seconds{1});
    }
    EXPECT_FALSE(shedder.admit(request, Access::open));
}

} // namespace
} // namespace polyglance
