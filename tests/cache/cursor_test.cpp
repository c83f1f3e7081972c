#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cctype>
#include <random>

#include "cache/cursor.hpp"
#include "tests/support/generators.hpp"

namespace polyglance {
namespace {

const CursorCodec codec(std::string(32, 'k'));

FieldValue any_value()
{
    switch (*rc::gen::element(0, 1, 2)) {
    case 0:
        return {};
    case 1:
        return *test::awkward_text();
    default:
        return *rc::gen::arbitrary<std::int64_t>();
    }
}

Cursor any_cursor()
{
    Cursor cursor;
    cursor.position.uid = "os-a~" + *test::awkward_text();
    for (int i = *rc::gen::inRange(0, 9); i > 0; --i) {
        cursor.position.values.push_back(any_value());
    }
    cursor.generation = "g-0123456789abcdef";
    cursor.question = *rc::gen::container<std::string>(32, rc::gen::arbitrary<char>());
    return cursor;
}

std::string flip(std::string token)
{
    static const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \xff";
    char& place = token[*rc::gen::inRange<std::size_t>(0, token.size())];
    place = *rc::gen::distinctFrom(rc::gen::elementOf(alphabet), place);
    return token;
}

std::string mutate(const std::string& token)
{
    switch (*rc::gen::element(0, 1, 2)) {
    case 0:
        return flip(token);
    case 1:
        return token.substr(0, *rc::gen::inRange<std::size_t>(0, token.size()));
    default:
        return token + *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('A', 'z', '=', '-')));
    }
}

RC_GTEST_PROP(Cursor, SurvivesTheRoundTrip, ())
{
    const auto cursor = any_cursor();
    const auto token = codec.encode(cursor);

    const auto decoded = codec.decode(token, cursor.question);

    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == cursor);
    RC_ASSERT(std::ranges::all_of(
        token, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'; }));
}

RC_GTEST_PROP(Cursor, IsNeverAcceptedOnceChanged, ())
{
    const auto cursor = any_cursor();
    const auto token = codec.encode(cursor);
    for (int i = 0; i < 100; ++i) {
        const auto decoded = codec.decode(mutate(token), cursor.question);
        RC_ASSERT(!decoded.has_value());
        RC_ASSERT(decoded.error() == CursorFault::invalid);
    }
}

/// One of the tokens, damaged at one place or more: a bit, a byte, a cut, an addition, a piece of another token, the
/// other alphabet.
std::string damage(const std::vector<std::string>& tokens, std::mt19937& dice)
{
    const auto roll = [&dice](std::size_t sides) {
        return std::uniform_int_distribution<std::size_t>(0, sides - 1)(dice);
    };
    const auto& original = tokens[roll(tokens.size())];
    std::string out = original;
    while (out == original) {
        auto& place = out[roll(out.size())];
        switch (roll(7)) {
        case 0:
            place = static_cast<char>(place ^ (1 << roll(8)));
            break;
        case 1:
            place = static_cast<char>(roll(256));
            break;
        case 2:
            place = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[roll(64)];
            break;
        case 3:
            out.resize(1 + roll(out.size()));
            break;
        case 4:
            out += "A-=_z"[roll(5)];
            break;
        case 5:
            out = out.substr(0, roll(out.size())) + tokens[roll(tokens.size())].substr(roll(20));
            break;
        default:
            std::ranges::replace(out, '-', '+');
            std::ranges::replace(out, '_', '/');
            break;
        }
        out += out.empty() ? "A" : "";
    }
    // By chance it may have become another of them, which is no damage.
    return std::ranges::find(tokens, out) == tokens.end() ? out : out + 'A';
}

TEST(Cursor, NoneOfAMillionDamagedOnesIsAccepted)
{
    const Cursor plain{.position = {.values = {std::string("ubuntu-24.04"), std::int64_t{1'700'000'000'000'000}},
                                    .uid = "os-a~633724a7-4a4e-11eb-8f73-fa1640aee23e"},
                       .generation = "g-0123456789abcdef",
                       .question = std::string(32, 'q')};
    std::vector<std::string> tokens;
    for (int i = 0; i < 16; ++i) {
        auto cursor = plain;
        cursor.position.uid += std::to_string(i * i * i);
        tokens.push_back(codec.encode(cursor));
    }
    std::mt19937 dice(static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed()));
    int accepted = 0;
    int explained = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        const auto decoded = codec.decode(damage(tokens, dice), plain.question);
        accepted += decoded ? 1 : 0;
        explained += !decoded && decoded.error() != CursorFault::invalid ? 1 : 0;
    }

    EXPECT_EQ(accepted, 0);
    EXPECT_EQ(explained, 0) << "a damaged token says nothing of what it was for";
}

RC_GTEST_PROP(Cursor, OfAnotherQuestionIsAMismatch, ())
{
    const auto cursor = any_cursor();

    const auto decoded = codec.decode(codec.encode(cursor), cursor.question + "x");

    RC_ASSERT(!decoded.has_value());
    RC_ASSERT(decoded.error() == CursorFault::mismatch);
}

TEST(Cursor, OfAnotherKeyIsInvalid)
{
    const auto token = CursorCodec(std::string(32, 'x')).encode({});

    EXPECT_EQ(codec.decode(token, "").error(), CursorFault::invalid);
}

TEST(Cursor, GarbageIsInvalid)
{
    for (const std::string& token :
         {std::string(), std::string("AQx3"), std::string("%%%"), std::string(1 << 20, 'A')}) {
        EXPECT_EQ(codec.decode(token, "").error(), CursorFault::invalid);
    }
}

TEST(Cursor, IsShortForFieldsOfNormalLength)
{
    Cursor cursor{.position = {.values = {std::string(255, 'n'), std::int64_t{1'700'000'000'000'000}},
                               .uid = "hw-cn-north-4~633724a7-4a4e-11eb-8f73-fa1640aee23e"},
                  .generation = "g-0123456789abcdef",
                  .question = std::string(32, 'q')};

    EXPECT_LT(codec.encode(cursor).size(), 600u);
}

TEST(Cursor, RefusesAShortKey)
{
    EXPECT_THROW(CursorCodec(std::string(31, 'k')), std::invalid_argument);
}

} // namespace
} // namespace polyglance
