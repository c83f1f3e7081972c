// A refresh that keeps rows of the snapshot before must end where a full build ends.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "cache/snapshot.hpp"
#include "tests/support/generators.hpp"

namespace polyglance {
namespace {

const SourceIdentity identity{"os-a", Provider::glance, "RegionOne"};

Image image(std::string native_id, std::string name)
{
    Image out;
    out.native_id = std::move(native_id);
    out.name = std::move(name);
    return out;
}

RowDigest digest_of(const Image& of)
{
    std::string record;
    append_record(record, identity, of);
    return digest_row(record, 0);
}

std::shared_ptr<const Snapshot> snapshot_of(const std::vector<Image>& images,
                                            std::shared_ptr<const Snapshot> previous = nullptr)
{
    SnapshotBuilder builder(identity, std::move(previous));
    for (const auto& each : images) {
        builder.add(each, digest_of(each));
    }
    return builder.finish();
}

void same_content(const Snapshot& got, const Snapshot& expected)
{
    RC_ASSERT(got.size() == expected.size());
    RC_ASSERT(got.content_hash() == expected.content_hash());
    for (std::uint32_t row = 0; row < got.size(); ++row) {
        RC_ASSERT(got.native_id(row) == expected.native_id(row));
        RC_ASSERT(got.record(row) == expected.record(row));
        RC_ASSERT(got.digest(row) == expected.digest(row));
        for (const auto& traits : all_fields()) {
            RC_ASSERT(traits.type == FieldType::set ||
                      got.value(row, traits.field) == expected.value(row, traits.field));
        }
    }
}

TEST(SnapshotBuilder, GivesThePreviousSnapshotWhenEverythingIsKept)
{
    const std::vector<Image> images{image("a", "x"), image("b", "y")};
    const auto before = snapshot_of(images);
    SnapshotBuilder builder(identity, before);

    EXPECT_EQ(builder.keep(digest_of(images[1])), "b");
    EXPECT_EQ(builder.keep(digest_of(images[0])), "a");
    EXPECT_EQ(builder.keep(digest_of(images[0])), "a") << "a page read twice";
    EXPECT_EQ(builder.size(), 2u);

    EXPECT_EQ(builder.finish(), before);
}

TEST(SnapshotBuilder, KeepsNothingItCannotKnow)
{
    SnapshotBuilder first(identity);
    first.add(image("a", "no digest"));
    EXPECT_FALSE(first.keep({}));
    const auto before = first.finish();

    SnapshotBuilder next(identity, before);
    EXPECT_FALSE(next.keep({}));
    EXPECT_FALSE(next.keep(digest_of(image("a", "no digest"))));
    SnapshotBuilder other({"b", Provider::glance, {}}, before);
    other.keep_rest();
    EXPECT_EQ(other.size(), 0u);
    EXPECT_EQ(next.finish()->size(), 0u);
}

TEST(SnapshotBuilder, TheLaterOfKeptAndAddedCounts)
{
    const auto old = image("a", "old");
    const auto before = snapshot_of({old, image("b", "other")});
    const auto name_after = [&](auto&& steps) {
        SnapshotBuilder builder(identity, before);
        steps(builder);
        EXPECT_EQ(builder.size(), 1u);
        return builder.finish()->value(0, Field::name);
    };

    EXPECT_EQ(name_after([&](SnapshotBuilder& builder) {
                  EXPECT_TRUE(builder.keep(digest_of(old)));
                  EXPECT_FALSE(builder.add(image("a", "new")));
              }),
              FieldValue("new"));
    EXPECT_EQ(name_after([&](SnapshotBuilder& builder) {
                  EXPECT_TRUE(builder.add(image("a", "new")));
                  EXPECT_TRUE(builder.keep(digest_of(old)));
              }),
              FieldValue("old"));
    EXPECT_EQ(name_after([&](SnapshotBuilder& builder) {
                  EXPECT_TRUE(builder.add(image("a", "new")));
                  EXPECT_TRUE(builder.keep(digest_of(old)));
                  EXPECT_FALSE(builder.add(image("a", "newest")));
              }),
              FieldValue("newest"));
}

RC_GTEST_PROP(SnapshotBuilder, KeepingIsTheSameAsAddingAgain, ())
{
    auto snapshot = snapshot_of({});
    // Several refreshes, each on top of what the one before kept.
    for (int refresh = 0; refresh < 3; ++refresh) {
        std::map<std::string, Image> before;
        for (std::uint32_t row = 0; row < snapshot->size(); ++row) {
            auto image = *parse_record(snapshot->record(row));
            auto native_id = image.native_id;
            before.emplace(std::move(native_id), std::move(image));
        }
        std::map<std::string, Image> now;
        SnapshotBuilder builder(identity, snapshot);
        for (const auto& each : *test::colliding_images(12)) {
            builder.add(each, digest_of(each));
            now[each.native_id] = each;
        }
        for (const auto& [native_id, each] : before) {
            if (*rc::gen::arbitrary<bool>()) {
                RC_ASSERT(builder.keep(digest_of(each)) == native_id);
                now[native_id] = each;
            }
        }
        if (*rc::gen::arbitrary<bool>()) {
            builder.keep_rest();
            now.insert(before.begin(), before.end());
        }
        std::vector<Image> all;
        for (const auto& [native_id, each] : now) {
            all.push_back(each);
        }
        RC_ASSERT(builder.size() == all.size());
        snapshot = builder.finish();
        same_content(*snapshot, *snapshot_of(all));
    }
}

} // namespace
} // namespace polyglance
