#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "cache/dictionary.hpp"
#include "tests/support/generators.hpp"

namespace polyglance {
namespace {

RC_GTEST_PROP(Dictionary, CodesCompareAsTheirValues, ())
{
    const auto values = *rc::gen::container<std::set<std::string>>(test::awkward_text());
    const auto probe = *test::awkward_text();
    const auto dictionary = Dictionary::of_texts({values.begin(), values.end()});

    RC_ASSERT(dictionary.size() == values.size());
    Code code = 1;
    for (const auto& value : values) {
        RC_ASSERT(dictionary.text(code) == value);
        RC_ASSERT(dictionary.find(std::string_view(value)) == code);
        ++code;
    }
    const auto below = std::distance(values.begin(), values.lower_bound(probe));
    RC_ASSERT(dictionary.lower_bound(std::string_view(probe)) == static_cast<Code>(below) + 1);
    RC_ASSERT((dictionary.find(std::string_view(probe)) != null_code) == values.contains(probe));
}

TEST(Dictionary, OfNumbersFindsThem)
{
    const auto dictionary = Dictionary::of_numbers({-5, 0, 7});

    EXPECT_EQ(dictionary.find(std::int64_t{0}), 2u);
    EXPECT_EQ(dictionary.find(std::int64_t{1}), null_code);
    EXPECT_EQ(dictionary.lower_bound(std::int64_t{8}), 4u);
    EXPECT_EQ(dictionary.lower_bound(std::int64_t{-9}), 1u);
}

RC_GTEST_PROP(Dictionary, MarksExactlyTheTextsThatHoldThePiece, ())
{
    const auto values = *rc::gen::container<std::set<std::string>>(test::awkward_text());
    const auto piece = fold_case(*test::awkward_text());
    const auto dictionary = Dictionary::of_texts({values.begin(), values.end()});
    CodeMarks containing(values.size() + 1, 0);
    CodeMarks starting(values.size() + 1, 0);

    dictionary.mark_containing(piece, containing);
    dictionary.mark_starting(piece, starting);

    std::size_t code = 1;
    for (const auto& value : values) {
        RC_ASSERT((containing[code] != 0) == (fold_case(value).find(piece) != std::string::npos));
        RC_ASSERT((starting[code] != 0) == fold_case(value).starts_with(piece));
        ++code;
    }
    RC_ASSERT(containing[null_code] == 0);
    RC_ASSERT(starting[null_code] == 0);
}

TEST(Dictionary, AHitAcrossTwoTextsIsNone)
{
    const auto dictionary = Dictionary::of_texts({"ab", "cab", "d"});
    CodeMarks marks(4, 0);

    dictionary.mark_containing("bc", marks);
    dictionary.mark_containing("abd", marks);
    EXPECT_EQ(marks, CodeMarks(4, 0));

    dictionary.mark_containing("ab", marks);
    EXPECT_EQ(marks, (CodeMarks{0, 1, 1, 0}));
}

RC_GTEST_PROP(PieceFinder, FindsWhatStringFindFinds, ())
{
    const auto text = *test::awkward_text() + *test::awkward_text() + *test::awkward_text();
    const auto piece = *rc::gen::nonEmpty(test::awkward_text());
    const auto from = *rc::gen::inRange<std::size_t>(0, text.size() + 2);

    RC_ASSERT(PieceFinder(text, ByteCounts(text), piece).find(from) == text.find(piece, from));
}

TEST(FoldCase, FoldsBeyondAscii)
{
    EXPECT_EQ(fold_case("CentOS 7.4"), "centos 7.4");
    EXPECT_EQ(fold_case("STRAßE"), "strasse");
    EXPECT_EQ(fold_case("ÉÀ中"), "éà中");
    EXPECT_EQ(fold_case(""), "");
    EXPECT_EQ(fold_case("A\xff"), "a\xff");
}

} // namespace
} // namespace polyglance
