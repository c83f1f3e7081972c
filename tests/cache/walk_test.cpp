// The promise to someone who turns pages while images come and go.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "cache/catalog.hpp"
#include "cache/engine.hpp"
#include "tests/cache/random_query.hpp"
#include "tests/cache/world.hpp"
#include "tests/support/generators.hpp"
#include "tests/support/manual_clock.hpp"

namespace polyglance {
namespace {

using test::PlainSource;
using test::World;
using Uids = std::vector<std::string>;

std::set<std::string> all_uids(const std::vector<PlainSource>& sources)
{
    std::set<std::string> out;
    for (const auto& source : sources) {
        for (const auto& image : source.images) {
            out.insert(make_uid(source.info.id, image.native_id));
        }
    }
    return out;
}

/// Some images go, some new ones come; `uid` goes for sure. What stays keeps its values.
std::vector<PlainSource> come_and_go(std::vector<PlainSource> sources, const std::string& uid)
{
    for (auto& source : sources) {
        const auto old = all_uids({source});
        std::erase_if(source.images, [&](const Image& image) {
            return make_uid(source.info.id, image.native_id) == uid || *rc::gen::element(0, 1, 2, 3) == 0;
        });
        for (auto& image : *test::colliding_images(6)) {
            if (!old.contains(make_uid(source.info.id, image.native_id))) {
                source.images.push_back(std::move(image));
            }
        }
    }
    return sources;
}

/// Some images change their values and so, perhaps, their place.
std::set<std::string> change_some(std::vector<PlainSource>& sources)
{
    std::set<std::string> changed;
    for (auto& source : sources) {
        for (auto& image : source.images) {
            if (*rc::gen::element(0, 1, 2, 3) == 0) {
                changed.insert(make_uid(source.info.id, image.native_id));
                auto native_id = std::move(image.native_id);
                image = *test::colliding_image();
                image.native_id = std::move(native_id);
            }
        }
    }
    return changed;
}

std::vector<bool> lose_some(std::size_t sources)
{
    std::vector<bool> lost;
    for (std::size_t i = 0; i < sources; ++i) {
        lost.push_back(*rc::gen::element(0, 1, 2, 3, 4) == 0);
    }
    return lost;
}

/// Reads `pages` pages, or to the end; leaves in `after` where it stands.
Uids read_pages(const World& world, const Query& query, std::size_t limit, std::size_t pages,
                std::optional<Position>& after)
{
    Uids seen;
    do {
        const auto result = world.run(query, after, limit, false);
        std::ranges::copy(world.uids(result), std::back_inserter(seen));
        after = result.next;
    } while (after && --pages > 0);
    return seen;
}

constexpr std::size_t to_the_end = 1'000'000;

Uids only(const Uids& uids, const std::set<std::string>& wanted)
{
    Uids out;
    std::ranges::copy_if(uids, std::back_inserter(out), [&](const auto& uid) { return wanted.contains(uid); });
    return out;
}

struct Walk {
    Query query = *test::any_query();
    std::size_t limit = *rc::gen::element<std::size_t>(1, 2, 3, 4);
    std::optional<Position> after;
    Uids seen;

    /// A few pages of `world`.
    void begin(const World& world)
    {
        seen = read_pages(world, query, limit, *rc::gen::element<std::size_t>(1, 2, 3), after);
    }
    void finish(const World& world)
    {
        std::ranges::copy(read_pages(world, query, limit, to_the_end, after), std::back_inserter(seen));
    }
    bool unfinished() const { return after.has_value(); }
};

RC_GTEST_PROP(WalkUnderChange, GoesOnByValueWithoutGapOrRepeat, ())
{
    const auto before = *test::any_sources();
    Walk walk;
    walk.begin(World(before));
    RC_PRE(walk.unfinished());
    const auto already = walk.seen.size();

    const World after(come_and_go(before, walk.after->uid), lose_some(before.size()));
    walk.finish(after);

    RC_ASSERT(std::set(walk.seen.begin(), walk.seen.end()).size() == walk.seen.size());
    std::set<std::string> stayed;
    std::ranges::set_intersection(all_uids(before), all_uids(after.plain()), std::inserter(stayed, stayed.end()));
    RC_ASSERT(only(walk.seen, stayed) == only(test::answer(after.plain(), walk.query).uids, stayed));
    // What was read after the change is the tail of the new list, new images included.
    const Uids tail(walk.seen.begin() + static_cast<std::ptrdiff_t>(already), walk.seen.end());
    const auto whole = test::answer(after.plain(), walk.query).uids;
    RC_ASSERT(std::ranges::equal(tail, std::span(whole).last(tail.size())));
}

RC_GTEST_PROP(WalkUnderChange, ShowsWhatDidNotMoveOnceWhateverElseMoved, ())
{
    const auto before = *test::any_sources();
    Walk walk;
    walk.begin(World(before));
    RC_PRE(walk.unfinished());

    auto changed_sources = come_and_go(before, walk.after->uid);
    const auto moved = change_some(changed_sources);
    const World after(std::move(changed_sources));
    walk.finish(after);

    std::set<std::string> stayed;
    std::ranges::set_intersection(all_uids(before), all_uids(after.plain()), std::inserter(stayed, stayed.end()));
    std::erase_if(stayed, [&](const auto& uid) { return moved.contains(uid); });
    RC_ASSERT(only(walk.seen, stayed) == only(test::answer(after.plain(), walk.query).uids, stayed));
}

RC_GTEST_PROP(WalkUnderChange, OnAWalkableGenerationIsTheOldList, ())
{
    const auto sources = *test::any_sources();
    const auto query = *test::any_query();
    test::ManualClock clock;
    CatalogHub hub(clock, std::chrono::seconds{60}, 1000);
    std::vector<std::shared_ptr<const SourceInfo>> infos;
    for (const auto& source : sources) {
        infos.push_back(std::make_shared<const SourceInfo>(source.info));
    }
    hub.configure(infos);
    const auto publish = [&](const std::vector<PlainSource>& contents) {
        for (const auto& source : contents) {
            SnapshotBuilder builder({source.info.id, source.info.provider, source.info.region});
            std::ranges::for_each(source.images, [&](const Image& image) { builder.add(image); });
            hub.update(source.info.id, [&](CatalogSource& each) { each.snapshot = builder.finish(); });
        }
    };
    publish(sources);
    const auto generation = hub.current()->generation;

    Uids seen;
    std::optional<Position> after;
    do {
        const auto catalog = hub.at(generation);
        std::vector<QuerySource> parts;
        for (const auto& source : catalog->sources) {
            parts.push_back({.snapshot = source.snapshot.get(), .info = source.info.get()});
        }
        const auto page = run_query(parts, query, after, 2, false);
        for (const auto row : page.rows) {
            seen.push_back(make_uid(parts[row.source].info->id, parts[row.source].snapshot->native_id(row.row)));
        }
        after = page.next;
        publish(come_and_go({*rc::gen::elementOf(sources)}, after ? after->uid : ""));
    } while (after);

    RC_ASSERT(seen == test::answer(sources, query).uids);
}

} // namespace
} // namespace polyglance
