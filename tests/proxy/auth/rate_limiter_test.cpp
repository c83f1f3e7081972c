#include <gtest/gtest.h>

#include "proxy/auth/rate_limiter.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
const RateLimiter::TimePoint start{1h};

TEST(RateLimiter, GivesTheBurstThenTheRate)
{
    RateLimiter limiter(2, 3);

    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(limiter.take("a", start));
    }
    EXPECT_EQ(limiter.take("a", start), 1s);
    EXPECT_FALSE(limiter.take("a", start + 500ms));
    EXPECT_TRUE(limiter.take("a", start + 500ms));
    EXPECT_FALSE(limiter.take("b", start)) << "a bucket of its own";
}

TEST(RateLimiter, SaysHowLongToWaitAndPeeksWithoutTaking)
{
    RateLimiter limiter(0.1, 1);

    EXPECT_FALSE(limiter.peek("a", start));
    EXPECT_FALSE(limiter.take("a", start));
    EXPECT_EQ(limiter.peek("a", start), 10s);
    EXPECT_EQ(limiter.peek("a", start + 4s), 6s);
    EXPECT_FALSE(limiter.peek("a", start + 10s));
    EXPECT_FALSE(limiter.take("a", start + 10s));
}

TEST(RateLimiter, AClockThatStandsOrGoesBackGivesNothing)
{
    RateLimiter limiter(1, 1);

    EXPECT_FALSE(limiter.take("a", start));
    EXPECT_TRUE(limiter.take("a", start - 10min));
    EXPECT_TRUE(limiter.take("a", start));
}

TEST(RateLimiter, KeepsNoMoreKeysThanItMay)
{
    RateLimiter limiter(1, 1, 100);

    for (int i = 0; i < 1000; ++i) {
        EXPECT_FALSE(limiter.take(std::to_string(i), start));
    }
    EXPECT_TRUE(limiter.take("999", start)) << "the last ones are still known";
}

} // namespace
} // namespace polyglance
