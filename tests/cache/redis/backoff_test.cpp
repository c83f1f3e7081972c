#include <gtest/gtest.h>

#include <vector>

#include "cache/redis/backoff.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToTheCap)
{
    Backoff backoff([] { return 0u; });
    std::vector<std::chrono::milliseconds> waits;

    for (int i = 0; i < 7; ++i) {
        waits.push_back(backoff.next(1s));
    }

    EXPECT_EQ(waits, (std::vector<std::chrono::milliseconds>{100ms, 200ms, 400ms, 800ms, 1s, 1s, 1s}));
}

TEST(Backoff, StaysInTheUpperHalfWhateverTheDice)
{
    for (const std::uint32_t dice : {0u, 1u, 49u, 50u, 51u, 99u, 1'000'003u, ~0u}) {
        Backoff backoff([dice] { return dice; });
        for (const auto whole : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
            const auto wait = backoff.next(5s);
            EXPECT_GE(wait, whole / 2) << dice;
            EXPECT_LE(wait, whole) << dice;
        }
    }
}

TEST(Backoff, StartsAnewAfterReset)
{
    Backoff backoff([] { return 0u; });
    backoff.next(5s);
    backoff.next(5s);

    backoff.reset();

    EXPECT_EQ(backoff.next(5s), 100ms);
}

} // namespace
} // namespace polyglance
