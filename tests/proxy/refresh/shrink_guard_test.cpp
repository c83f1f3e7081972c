#include <gtest/gtest.h>

#include "proxy/refresh/shrink_guard.hpp"

namespace polyglance {
namespace {

TEST(ShrinkGuard, DoubtsALargeLossUntilASecondDrainConfirmsIt)
{
    ShrinkGuard guard(50);

    EXPECT_TRUE(guard.accepts(100, 50));
    EXPECT_FALSE(guard.accepts(100, 49));
    EXPECT_TRUE(guard.accepts(100, 49));
}

TEST(ShrinkGuard, ForgetsItsDoubtWhenTheListIsBack)
{
    ShrinkGuard guard(50);

    EXPECT_FALSE(guard.accepts(100, 0));
    EXPECT_TRUE(guard.accepts(100, 100));
    EXPECT_FALSE(guard.accepts(100, 0));
}

TEST(ShrinkGuard, ZeroTurnsItOff)
{
    ShrinkGuard guard(0);

    EXPECT_TRUE(guard.accepts(100, 0));
}

TEST(ShrinkGuard, GrowthAndFirstListsPass)
{
    ShrinkGuard guard(50);

    EXPECT_TRUE(guard.accepts(0, 0));
    EXPECT_TRUE(guard.accepts(0, 10));
    EXPECT_TRUE(guard.accepts(10, 1000));
}

} // namespace
} // namespace polyglance
