#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "adapters/fair_semaphore.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/started.hpp"

namespace polyglance {
namespace {

namespace asio = boost::asio;
using Permit = FairSemaphore::Permit;

struct SemaphoreTest : testing::Test {
    Deadline far() const { return clock.steady_now() + std::chrono::hours{1}; }
    std::unique_ptr<test::Started<Result<Permit>>> start() { return start(far()); }
    std::unique_ptr<test::Started<Result<Permit>>> start(Deadline deadline)
    {
        auto started = std::make_unique<test::Started<Result<Permit>>>(loop, semaphore.acquire(deadline));
        test::run_until_idle(loop);
        return started;
    }

    test::ManualClock clock;
    FairSemaphore semaphore{2, clock};
    asio::io_context loop;
};

TEST_F(SemaphoreTest, ServesInTheOrderOfArrival)
{
    auto a = start();
    auto b = start();
    auto c = start();
    auto d = start();
    EXPECT_TRUE(a->done() && b->done());
    EXPECT_FALSE(c->done() || d->done());

    b.reset();
    test::run_until_idle(loop);

    EXPECT_TRUE(c->done());
    EXPECT_FALSE(d->done());
    a.reset();
    test::run_until_idle(loop);
    EXPECT_TRUE(d->done());
    EXPECT_EQ(semaphore.waiting(), 0U);
}

TEST_F(SemaphoreTest, NobodyOvertakesTheLine)
{
    auto a = start();
    auto b = start();
    auto c = start();

    a.reset(); // the permit is now c's, although c has not run yet
    auto late = start();

    EXPECT_TRUE(c->done());
    EXPECT_FALSE(late->done());
}

TEST_F(SemaphoreTest, GivesUpAtTheDeadlineAndLeavesTheLine)
{
    auto a = start();
    auto b = start();

    const auto refused = test::run(loop, semaphore.acquire(clock.steady_now()));

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error_class, ErrorClass::timeout);
    EXPECT_EQ(semaphore.waiting(), 0U);
}

TEST_F(SemaphoreTest, GivesAFreePermitWhateverTheDeadline)
{
    EXPECT_TRUE(test::run(loop, semaphore.acquire(clock.steady_now())));
}

TEST(FairSemaphore, OutlivesWaitersOfADestroyedLoop)
{
    const test::ManualClock clock;
    FairSemaphore semaphore(1, clock);
    std::unique_ptr<test::Started<Result<Permit>>> holder;
    std::unique_ptr<test::Started<Result<Permit>>> waiter;
    {
        asio::io_context loop;
        const Deadline far = clock.steady_now() + std::chrono::hours{1};
        holder = std::make_unique<test::Started<Result<Permit>>>(loop, semaphore.acquire(far));
        waiter = std::make_unique<test::Started<Result<Permit>>>(loop, semaphore.acquire(far));
        test::run_until_idle(loop);
        EXPECT_EQ(semaphore.waiting(), 1U);
    }

    EXPECT_EQ(semaphore.waiting(), 0U);
    holder.reset();
    asio::io_context another;
    EXPECT_TRUE(test::run(another, semaphore.acquire(clock.steady_now())));
}

} // namespace
} // namespace polyglance
