#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/retry_budget.hpp"

namespace polyglance {
namespace {

TEST(RetryBudget, StartsEmpty)
{
    RetryBudget budget;

    EXPECT_FALSE(budget.take_retry());
}

TEST(RetryBudget, FiveFirstTriesEarnOneRetry)
{
    RetryBudget budget;
    for (int i = 0; i < 4; ++i) {
        budget.count_first_try();
    }
    EXPECT_FALSE(budget.take_retry());

    budget.count_first_try();

    EXPECT_TRUE(budget.take_retry());
    EXPECT_FALSE(budget.take_retry());
}

TEST(RetryBudget, SavesNoMoreThanItsMost)
{
    RetryBudget budget(2);
    for (int i = 0; i < 1000; ++i) {
        budget.count_first_try();
    }

    EXPECT_TRUE(budget.take_retry());
    EXPECT_TRUE(budget.take_retry());
    EXPECT_FALSE(budget.take_retry());
}

RC_GTEST_PROP(RetryBudget, NeverGivesMoreThanAFifthOfTheFirstTries, (const std::vector<bool>& asks))
{
    RetryBudget budget;
    std::size_t first_tries = 0;
    std::size_t retries = 0;
    for (const bool failed : asks) {
        budget.count_first_try();
        ++first_tries;
        retries += failed && budget.take_retry() ? 1 : 0;
        RC_ASSERT(retries * 5 <= first_tries);
    }
}

} // namespace
} // namespace polyglance
