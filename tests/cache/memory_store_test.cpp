#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "cache/store.hpp"
#include "tests/support/run.hpp"

namespace polyglance {
namespace {

using namespace std::chrono_literals;

TEST(MemoryStore, KeepsNothingAndNeverHoldsAReplicaBack)
{
    asio::io_context io;
    const auto store = make_memory_store();
    const Deadline deadline = Deadline::max();

    EXPECT_FALSE(test::run(io, store->save("aa", {}, 1h, deadline)));
    EXPECT_FALSE(test::run(io, store->load("aa", {}, deadline)).has_value());
    EXPECT_FALSE(test::run(io, store->add_tombstone("aa", {"id", {}}, deadline)));
    EXPECT_TRUE(test::run(io, store->tombstones("aa", deadline)).empty());
    EXPECT_TRUE(test::run(io, store->acquire_lease("aa", 1min, deadline)));
    EXPECT_TRUE(test::run(io, store->acquire_lease("aa", 1min, deadline)));
    EXPECT_FALSE(store->health().configured);
}

} // namespace
} // namespace polyglance
