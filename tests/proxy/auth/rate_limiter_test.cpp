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
        EXPECT_FALSE(limiter.take("a", start).wait);
    }
    EXPECT_EQ(limiter.take("a", start).wait, 1s);
    EXPECT_FALSE(limiter.take("a", start + 500ms).wait);
    EXPECT_TRUE(limiter.take("a", start + 500ms).wait);
    EXPECT_FALSE(limiter.take("b", start).wait) << "a bucket of its own";
}

TEST(RateLimiter, SaysHowLongToWaitAndPeeksWithoutTaking)
{
    RateLimiter limiter(0.1, 1);

    EXPECT_FALSE(limiter.peek("a", start));
    EXPECT_FALSE(limiter.take("a", start).wait);
    EXPECT_EQ(limiter.peek("a", start), 10s);
    EXPECT_EQ(limiter.peek("a", start + 4s), 6s);
    EXPECT_FALSE(limiter.peek("a", start + 10s));
    EXPECT_FALSE(limiter.take("a", start + 10s).wait);
}

TEST(RateLimiter, TellsWhatIsLeftAndWhenItIsFullAgain)
{
    RateLimiter limiter(2, 4);

    const auto first = limiter.take("a", start);
    EXPECT_EQ(first.left, 3u);
    EXPECT_EQ(first.full_in, 1s);
    for (int i = 0; i < 3; ++i) {
        limiter.take("a", start);
    }
    const auto none = limiter.take("a", start);
    EXPECT_TRUE(none.wait);
    EXPECT_EQ(none.left, 0u);
    EXPECT_EQ(none.full_in, 2s);
    EXPECT_EQ(limiter.take("a", start + 1h).left, 3u);
}

TEST(RateLimiter, AClockThatStandsOrGoesBackGivesNothing)
{
    RateLimiter limiter(1, 1);

    EXPECT_FALSE(limiter.take("a", start).wait);
    EXPECT_TRUE(limiter.take("a", start - 10min).wait);
    EXPECT_TRUE(limiter.take("a", start).wait);
}

TEST(RateLimiter, KeepsNoMoreKeysThanItMay)
{
    RateLimiter limiter(1, 1, 100);

    for (int i = 0; i < 1000; ++i) {
        EXPECT_FALSE(limiter.take(std::to_string(i), start).wait);
    }
    EXPECT_TRUE(limiter.take("999", start).wait) << "the last ones are still known";
}

} // namespace
} // namespace polyglance
