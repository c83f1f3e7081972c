#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "cache/engine.hpp"
#include "tests/cache/random_query.hpp"
#include "tests/cache/world.hpp"

namespace polyglance {
namespace {

using test::World;

std::vector<std::string> walk(const World& world, const Query& query, std::size_t limit)
{
    const auto expected = test::answer(world.plain(), query);
    std::vector<std::string> seen;
    std::optional<Position> after;
    do {
        const auto result = world.run(query, after, limit, true);
        RC_ASSERT(result.matched == expected.matched);
        RC_ASSERT((result.rows.size() == limit || !result.next));
        const auto uids = world.uids(result);
        seen.insert(seen.end(), uids.begin(), uids.end());
        RC_ASSERT((!result.next || result.next->uid == uids.back()));
        RC_ASSERT((!result.next || seen.size() < expected.uids.size()));
        after = result.next;
    } while (after);
    return seen;
}

RC_GTEST_PROP(Engine, AWalkGivesExactlyWhatTheOracleSays, ())
{
    const World world(*test::any_sources());
    for (int i = 0; i < 10; ++i) {
        const auto query = *test::any_query();
        const auto limit = *rc::gen::element<std::size_t>(1, 2, 3, 4, 5, 6, 7);

        RC_ASSERT(walk(world, query, limit) == test::answer(world.plain(), query).uids);
    }
}

RC_GTEST_PROP(Engine, CountingChangesNoPage, ())
{
    const World world(*test::any_sources());
    const auto query = *test::any_query();

    const auto counted = world.run(query, {}, 5, true);
    const auto plain = world.run(query, {}, 5, false);

    RC_ASSERT(world.uids(plain) == world.uids(counted));
    RC_ASSERT(plain.next == counted.next);
    RC_ASSERT(plain.satisfiable == counted.satisfiable);
    RC_ASSERT(plain.matched.empty());
}

RC_GTEST_PROP(Engine, AnUnsatisfiableSourceMatchesNothing, ())
{
    const World world(*test::any_sources());
    for (int i = 0; i < 10; ++i) {
        const auto result = world.run(*test::any_query(), {}, 1, true);
        for (std::size_t s = 0; s < result.matched.size(); ++s) {
            RC_ASSERT((result.satisfiable[s] || result.matched[s] == 0));
        }
    }
}

RC_GTEST_PROP(Engine, TheExactReverseIsTheListBackwards, ())
{
    const World world(*test::any_sources());
    auto query = *test::any_query();
    query.sort.exact_reverse = true;
    auto forwards = walk(world, query, 3);

    for (auto& key : query.sort.keys) {
        key.descending = !key.descending;
    }
    query.sort.uid_descending = !query.sort.uid_descending;

    std::ranges::reverse(forwards);
    RC_ASSERT(walk(world, query, 4) == forwards);
}

TEST(Engine, AsksForNothingWithLimitZero)
{
    test::PlainSource source;
    source.info.id = "a";
    source.images.resize(1);
    const auto result = World({source}).run({}, {}, 0, true);

    EXPECT_TRUE(result.rows.empty());
    EXPECT_FALSE(result.next);
    EXPECT_EQ(result.matched, std::vector<std::size_t>{1});
}

TEST(Engine, AnswersWithoutAnySource)
{
    const auto result = run_query({}, {}, {}, 10, true);

    EXPECT_TRUE(result.rows.empty());
    EXPECT_FALSE(result.next);
    EXPECT_TRUE(result.matched.empty());
    EXPECT_TRUE(result.satisfiable.empty());
}

/// 20,000 images; `min_disk_gib` counts up to `period` again and again.
World large_world(int period)
{
    test::PlainSource source;
    source.info.id = "a";
    source.info.provides = {"min_disk_gib"};
    for (int i = 0; i < 20'000; ++i) {
        auto& image = source.images.emplace_back();
        image.native_id = std::to_string(100'000 + i);
        image.min_disk_gib = i % period;
    }
    return World({source});
}

Query min_disk_is(std::int64_t wanted)
{
    Query query;
    query.filters = {{.field = Field::min_disk_gib, .op = Operator::eq, .values = {wanted}}};
    return query;
}

TEST(Engine, FindsTheFewMatchesOfALargeSource)
{
    const auto world = large_world(9'000);
    const auto query = min_disk_is(1'500);

    const auto first = world.run(query, {}, 2, false);
    const auto second = world.run(query, first.next, 2, false);

    EXPECT_EQ(world.uids(first), (std::vector<std::string>{"a~101500", "a~110500"}));
    EXPECT_EQ(world.uids(second), (std::vector<std::string>{"a~119500"}));
    EXPECT_FALSE(second.next);
}

TEST(Engine, FindsTheManyMatchesOfALargeSource)
{
    const auto world = large_world(10);
    auto query = min_disk_is(3);
    for (const bool descending : {false, true}) {
        query.sort.uid_descending = descending;
        const auto expected = test::answer(world.plain(), query).uids;
        EXPECT_EQ(world.uids(world.run(query, {}, 5'000, false)), expected);
        EXPECT_EQ(world.uids(world.run(query, {}, 5'000, true)), expected);
    }
}

TEST(Engine, FilterOnAFieldTheSourceDoesNotProvideFollowsThePolicy)
{
    test::PlainSource source;
    source.info.id = "a";
    source.info.provides = {"name"};
    source.images.resize(1);
    source.images[0].native_id = "1";
    const World world({source});
    Query query;
    query.filters = {{.field = Field::status, .op = Operator::eq, .values = {"active"}},
                     {.field = Field::status, .op = Operator::neq, .values = {"error"}},
                     {.field = Field::tag, .op = Operator::eq, .values = {"x"}}};

    EXPECT_EQ(fields_not_provided(source.info, query), (std::vector<Field>{Field::status, Field::tag}));
    EXPECT_EQ(world.run(query, {}, 5, true).satisfiable, std::vector<bool>{false});
    query.unknown = UnknownPolicy::include;
    EXPECT_EQ(world.run(query, {}, 5, true).satisfiable, std::vector<bool>{true});
    EXPECT_EQ(world.run(query, {}, 5, true).rows.size(), 1u);

    query = {};
    query.filters = {{.field = Field::status, .op = Operator::null, .values = {std::int64_t{1}}}};
    EXPECT_TRUE(fields_not_provided(source.info, query).empty());
    EXPECT_EQ(world.run(query, {}, 5, true).rows.size(), 1u);
}

TEST(Engine, FiltersOnTheSourceItselfDecideForAllOfIt)
{
    test::PlainSource source;
    source.info.id = "a";
    source.info.provider = Provider::nova;
    source.images.resize(1);
    source.images[0].native_id = "1";
    const World world({source});
    const auto satisfiable = [&](Filter filter) {
        Query query;
        query.filters = {std::move(filter)};
        const auto result = world.run(query, {}, 5, true);
        EXPECT_EQ(result.satisfiable[0], result.rows.size() == 1);
        return result.satisfiable[0];
    };

    EXPECT_TRUE(satisfiable({Field::source, Operator::in, {"b", "a"}}));
    EXPECT_FALSE(satisfiable({Field::source, Operator::neq, {"a"}}));
    EXPECT_TRUE(satisfiable({Field::provider, Operator::prefix, {"NO"}}));
    EXPECT_FALSE(satisfiable({Field::region, Operator::eq, {"r"}}));
    EXPECT_TRUE(satisfiable({Field::region, Operator::null, {std::int64_t{1}}}));
    EXPECT_FALSE(satisfiable({Field::uid, Operator::in, {"b~1", "a1"}}));
    EXPECT_TRUE(satisfiable({Field::uid, Operator::in, {"b~1", "a~1"}}));
    EXPECT_FALSE(satisfiable({Field::uid, Operator::null, {std::int64_t{1}}}));
}

} // namespace
} // namespace polyglance
