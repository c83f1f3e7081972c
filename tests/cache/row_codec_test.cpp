#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "cache/record.hpp"
#include "cache/row_codec.hpp"
#include "tests/support/generators.hpp"

namespace polyglance {
namespace {

std::string record_of(const ImageView& image)
{
    std::string out;
    append_record(out, {"os-a", Provider::glance, {}}, image);
    return out;
}

/// An image whose links and properties name it, as those of OpenStack do.
Image image_about_itself(int number)
{
    Image image;
    image.native_id = "0000-1111-" + std::to_string(number);
    image.owner = "owner of them all";
    image.links = {{"self", "/v2/images/" + image.native_id, {}},
                   {"file", "/v2/images/" + image.native_id + "/file", "text/plain"}};
    image.properties = {{"location", "\"pool/" + image.native_id + "/snap\""}, {"short", "\"x\""}};
    return image;
}

RC_GTEST_PROP(RowCodec, AnyImageReadsBack, ())
{
    SharedTexts shared;
    RowPacker sharing(&shared);
    RowPacker plain(nullptr);
    ImageView read;
    for (const auto& image : *rc::gen::resize(8, rc::gen::container<std::vector<Image>>(test::any_image()))) {
        std::string small;
        std::string whole;
        sharing.pack(ImageView(image), small);
        plain.pack(ImageView(image), whole);
        RC_ASSERT(sharing.content() == plain.content());

        RC_ASSERT(unpack_row(small, &shared, read));
        RC_ASSERT(record_of(read) == record_of(ImageView(image)));
        RC_ASSERT(read.is_sound());
        for (const auto& traits : all_fields()) {
            const bool stored = !is_source_field(traits.field) && traits.type != FieldType::set;
            const auto expected = traits.field == Field::ecs_image_id ? read.ecs_image_id() : read[traits.field];
            RC_ASSERT(!stored || field_of(small, shared, traits.field) == expected);
        }
        RC_ASSERT(native_id_of(small) == image.native_id);
        RC_ASSERT(unpack_row(whole, nullptr, read));
        RC_ASSERT(record_of(read) == record_of(ImageView(image)));
    }
}

RC_GTEST_PROP(RowCodec, ContentTellsImagesApart, ())
{
    const auto a = *test::any_image();
    const auto b = *test::any_image();
    RowPacker packer(nullptr);
    std::string row;
    packer.pack(ImageView(a), row);
    const auto content = packer.content();
    packer.pack(ImageView(b), row);

    RC_ASSERT((content == packer.content()) == (record_of(ImageView(a)) == record_of(ImageView(b))));
}

TEST(RowCodec, KeepsTextsThatNameTheImageWithoutItsId)
{
    SharedTexts shared;
    RowPacker packer(&shared);
    ImageView read;
    std::string row;
    for (int number = 100; number < 110; ++number) {
        const auto image = image_about_itself(number);
        row.clear();
        packer.pack(ImageView(image), row);
        ASSERT_TRUE(unpack_row(row, &shared, read));
        EXPECT_EQ(record_of(read), record_of(ImageView(image)));
    }

    EXPECT_LT(row.size(), 60u) << "the id once, and codes";
}

RC_GTEST_PROP(RowCodec, DamageGivesNoRowOrAnother, ())
{
    std::string row;
    RowPacker(nullptr).pack(ImageView(*test::any_image()), row);
    ImageView read;
    const auto at = *rc::gen::inRange<std::size_t>(0, row.size());

    RC_ASSERT(!unpack_row(row + '\0', nullptr, read));
    RC_ASSERT(!unpack_row(std::string_view(row).substr(0, at), nullptr, read));
    row[at] = *rc::gen::arbitrary<char>();
    if (unpack_row(row, nullptr, read) && read.is_sound()) {
        record_of(read);
    }
}

TEST(RowCodec, KnowsWhatCannotBeShown)
{
    const auto is_sound = [](auto&& change) {
        Image image = image_about_itself(1);
        change(image);
        return ImageView(image).is_sound();
    };

    EXPECT_TRUE(is_sound([](Image&) {}));
    EXPECT_FALSE(is_sound([](Image& image) { image.name = "\xff"; }));
    EXPECT_FALSE(is_sound([](Image& image) { image.tags = {{"\xff"}}; }));
    EXPECT_FALSE(is_sound([](Image& image) { image.properties[0].json = "\"x"; }));
    EXPECT_FALSE(is_sound([](Image& image) { image.properties[0].json = "1,\"y\":2"; }));
    EXPECT_FALSE(is_sound([](Image& image) { image.properties[0].json = "\"\xff\""; }));
    EXPECT_FALSE(is_sound([](Image& image) { image.created_at = Instant::max(); }));
    Image image = image_about_itself(1);
    ImageView odd(image);
    odd[Field::status] = std::string_view("ACTIVE");
    EXPECT_FALSE(odd.is_sound());
}

} // namespace
} // namespace polyglance
