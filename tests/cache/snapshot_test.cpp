#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "cache/columns.hpp"
#include "cache/snapshot.hpp"
#include "tests/support/generators.hpp"

namespace polyglance {
namespace {

const SourceIdentity identity{"os-a", Provider::glance, "RegionOne"};

std::shared_ptr<const Snapshot> snapshot_of(const std::vector<Image>& images)
{
    SnapshotBuilder builder(identity);
    for (const auto& image : images) {
        builder.add(image);
    }
    return builder.finish();
}

Image image(std::string native_id, std::optional<std::string> name = {})
{
    Image out;
    out.native_id = std::move(native_id);
    out.name = std::move(name);
    return out;
}

std::string ids_in_order(const Snapshot& snapshot, const SortSpec& spec)
{
    std::string out;
    for (const auto row : *snapshot.order(spec)) {
        out += snapshot.native_id(row);
    }
    return out;
}

TEST(Snapshot, OfNothingIsEmpty)
{
    const auto empty = snapshot_of({});

    EXPECT_EQ(empty->size(), 0u);
    EXPECT_FALSE(empty->find("a"));
    EXPECT_TRUE(empty->order({})->empty());
    EXPECT_EQ(empty->content_hash().size(), 64u);
}

TEST(Snapshot, TakesTheLastOfTwoImagesWithOneId)
{
    SnapshotBuilder builder(identity);
    EXPECT_TRUE(builder.add(image("a", "first")));
    EXPECT_FALSE(builder.add(image("a", "second")));
    EXPECT_EQ(builder.size(), 1u);

    const auto snapshot = builder.finish();

    ASSERT_EQ(snapshot->size(), 1u);
    EXPECT_EQ(snapshot->value(0, Field::name), FieldValue("second"));
}

RC_GTEST_PROP(Snapshot, NumbersItsRowsInIdOrderAndFindsThem, ())
{
    const auto images = *test::colliding_images(30);
    const auto snapshot = snapshot_of(images);

    RC_ASSERT(snapshot->size() == images.size());
    for (std::uint32_t row = 0; row < snapshot->size(); ++row) {
        RC_ASSERT(snapshot->native_id(row) == images[row].native_id);
        RC_ASSERT(snapshot->find(images[row].native_id) == row);
        RC_ASSERT(parse_record(snapshot->record(row)) == images[row]);
    }
    RC_ASSERT(!snapshot->find("not there"));
}

RC_GTEST_PROP(Snapshot, ContentNotTheOrderOfArrivalMakesTheHash, ())
{
    auto images = *test::colliding_images(10);
    const auto hash = snapshot_of(images)->content_hash();
    std::ranges::reverse(images);

    RC_ASSERT(snapshot_of(images)->content_hash() == hash);
    images.push_back(image("one more"));
    RC_ASSERT(snapshot_of(images)->content_hash() != hash);
    images.back().name = "";
    RC_ASSERT(snapshot_of(images)->content_hash() != hash);
}

TEST(Snapshot, HashDependsOnTheSource)
{
    const auto hash = [](SourceIdentity of) { return SnapshotBuilder(std::move(of)).finish()->content_hash(); };

    EXPECT_EQ(hash(identity), hash(identity));
    EXPECT_NE(hash({"a", Provider::glance, "r"}), hash({"b", Provider::glance, "r"}));
    EXPECT_NE(hash({"a", Provider::glance, "r"}), hash({"a", Provider::nova, "r"}));
    EXPECT_NE(hash({"a", Provider::glance, {}}), hash({"a", Provider::glance, ""}));
}

RC_GTEST_PROP(Snapshot, WithoutRowsIsTheSnapshotOfTheOthers, ())
{
    const auto images = *test::colliding_images(20);
    const auto snapshot = snapshot_of(images);
    std::vector<std::string> gone{"never there"};
    std::vector<Image> others;
    for (const auto& each : images) {
        if (*rc::gen::arbitrary<bool>()) {
            gone.push_back(each.native_id);
        } else {
            others.push_back(each);
        }
    }

    const auto less = snapshot->without(gone);

    const auto expected = snapshot_of(others);
    RC_ASSERT(less->content_hash() == expected->content_hash());
    RC_ASSERT(less->size() == expected->size());
    RC_ASSERT((less == snapshot) == (gone.size() == 1));
    for (std::uint32_t row = 0; row < less->size(); ++row) {
        RC_ASSERT(less->record(row) == expected->record(row));
        RC_ASSERT(less->find(expected->native_id(row)) == row);
        for (const auto& traits : all_fields()) {
            RC_ASSERT(traits.type == FieldType::set ||
                      less->value(row, traits.field) == expected->value(row, traits.field));
        }
        RC_ASSERT(std::ranges::equal(
            less->columns().tags().at(row), expected->columns().tags().at(row), {},
            [&](Code code) { return less->columns().tags().dictionary->text(code); },
            [&](Code code) { return expected->columns().tags().dictionary->text(code); }));
        RC_ASSERT(less->columns().tags().known_at(row) == expected->columns().tags().known_at(row));
    }
    RC_ASSERT(*less->order({}) == *expected->order({}));
}

TEST(Snapshot, PutsNullsLastInBothDirectionsUnlessReversedExactly)
{
    const auto snapshot = snapshot_of({image("a"), image("b", "x"), image("c", ""), image("d", "x"), image("e")});

    EXPECT_EQ(ids_in_order(*snapshot, {.keys = {{Field::name, false}}}), "cbdae");
    EXPECT_EQ(ids_in_order(*snapshot, {.keys = {{Field::name, true}}}), "bdcae");
    EXPECT_EQ(ids_in_order(*snapshot, {.keys = {{Field::name, true}}, .uid_descending = true, .exact_reverse = true}),
              "eadbc");
    EXPECT_EQ(ids_in_order(*snapshot, {.keys = {{Field::source, true}, {Field::uid, true}, {Field::name, false}}}),
              "edcba");
}

TEST(Snapshot, KeepsTheOrdersAskedForLast)
{
    const auto snapshot = snapshot_of({image("a"), image("b")});
    const auto first = snapshot->order({});
    EXPECT_EQ(snapshot->order({}), first);

    for (const auto& traits : all_fields()) {
        if (traits.sortable) {
            snapshot->order({.keys = {{traits.field, false}}});
        }
    }

    EXPECT_NE(snapshot->order({}), first);
    EXPECT_EQ(*snapshot->order({}), *first);
}

TEST(Snapshot, KnowsWhatIsProtected)
{
    auto yes = image("a");
    yes.is_protected = true;
    auto no = image("b");
    no.is_protected = false;
    const auto snapshot = snapshot_of({yes, no, image("c")});

    EXPECT_TRUE(snapshot->protected_row(0));
    EXPECT_FALSE(snapshot->protected_row(1));
    EXPECT_FALSE(snapshot->protected_row(2));
}

TEST(Codes, HoldAnyWidth)
{
    for (const Code highest : {1U, 255U, 256U, 65535U, 65536U, 4'000'000'000U}) {
        const std::vector<Code> codes{0, 1, highest};
        const Codes packed(codes, highest);
        for (std::uint32_t row = 0; row < codes.size(); ++row) {
            EXPECT_EQ(packed.at(row), codes[row]);
        }
    }
    EXPECT_EQ(Codes(std::vector<Code>{0, 0}, 0).at(1), null_code);
}

} // namespace
} // namespace polyglance
