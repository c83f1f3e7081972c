#include <gtest/gtest.h>

#include "proxy/refresh/retry_schedule.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;
using TimePoint = RetrySchedule::TimePoint;

constexpr TimePoint start{1000s};

TEST(RetrySchedule, DelaysGrowTwofoldWithJitterUpToTheLongest)
{
    std::mt19937_64 random{1};
    RetrySchedule schedule;
    for (const auto full : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        schedule.failed(start, std::nullopt, random);
        EXPECT_GE(schedule.not_before(), start + full / 2);
        EXPECT_LE(schedule.not_before(), start + full);
    }
}

TEST(RetrySchedule, SurvivesAThousandFailures)
{
    std::mt19937_64 random{1};
    RetrySchedule schedule;
    for (int i = 0; i < 1000; ++i) {
        schedule.failed(start, std::nullopt, random);
    }
    EXPECT_LE(schedule.not_before(), start + 60s);
}

TEST(RetrySchedule, RetryAfterIsALowerBoundEvenForForcedTries)
{
    std::mt19937_64 random{1};
    RetrySchedule schedule;

    schedule.failed(start, 120s, random);

    EXPECT_EQ(schedule.not_before(), start + 120s);
    EXPECT_EQ(schedule.asked_not_before(), start + 120s);
}

TEST(RetrySchedule, OpensAfterFiveFailuresAndClosesAfterTwoSuccesses)
{
    std::mt19937_64 random{1};
    RetrySchedule schedule;
    for (int i = 0; i < 4; ++i) {
        schedule.failed(start, std::nullopt, random);
        EXPECT_EQ(schedule.circuit(), CircuitState::closed);
    }
    schedule.failed(start, std::nullopt, random);
    EXPECT_EQ(schedule.circuit(), CircuitState::open);

    schedule.begins();
    EXPECT_EQ(schedule.circuit(), CircuitState::half_open);
    schedule.succeeded();
    EXPECT_EQ(schedule.circuit(), CircuitState::half_open);
    schedule.succeeded();
    EXPECT_EQ(schedule.circuit(), CircuitState::closed);
    EXPECT_EQ(schedule.failures(), 0);
}

TEST(RetrySchedule, AFailedProbeOpensItAgain)
{
    std::mt19937_64 random{1};
    RetrySchedule schedule;
    for (int i = 0; i < 5; ++i) {
        schedule.failed(start, std::nullopt, random);
    }
    schedule.begins();
    schedule.succeeded();
    schedule.failed(start, std::nullopt, random);

    EXPECT_EQ(schedule.circuit(), CircuitState::open);
}

} // namespace
} // namespace polyglance
