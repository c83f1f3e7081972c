#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/json/bracket_scanner.hpp"
#include "tests/support/generators.hpp"

namespace polyglance::json {
namespace {

/// Where the value that begins `text` ends, when it comes in slices of this size.
std::size_t end_of(std::string_view text, std::size_t slice)
{
    BracketScanner scanner;
    scanner.begin();
    for (std::size_t at = 0; at < text.size(); at += slice) {
        const auto end = scanner.find_end(text.substr(at, slice));
        if (end != std::string_view::npos) {
            return at + end;
        }
    }
    return std::string_view::npos;
}

TEST(BracketScanner, FindsTheEndWhateverTheSlicing)
{
    for (const std::string value : {R"({})", R"([])", R"([[],{"a":[1]}])", R"({"a":"]}"})", R"({"a":"\"}"})",
                                    R"({"a":"\\"})", R"(["\\\"]"])", R"({"{":"\\\\\\\\\"}","b":[{},"}"]})"}) {
        for (const std::size_t padding : {0U, 1U, 50U, 61U, 62U, 63U, 64U, 65U, 130U}) {
            std::string text = value;
            text.insert(1, padding, ' ');
            for (std::size_t slice = 1; slice <= text.size(); ++slice) {
                ASSERT_EQ(end_of(text + "}]\"{", slice), text.size()) << text << " by " << slice;
            }
            EXPECT_EQ(end_of(text.substr(0, text.size() - 1), 64), std::string_view::npos) << text;
        }
    }
}

TEST(BracketScanner, HoldsDepthBeyondAnyBlock)
{
    const std::string text = std::string(1000, '[') + std::string(1000, ']');

    EXPECT_EQ(end_of(text, 77), text.size());
}

RC_GTEST_PROP(BracketScanner, AgreesWithTheImagesOwnText, ())
{
    const Image image = *test::any_image();
    std::string text = "{";
    for (const Property& property : image.properties) {
        text += "\"p\":" + property.json + ",";
    }
    text += "\"last\":1}";
    const auto slice = *rc::gen::inRange<std::size_t>(1, 100);

    RC_ASSERT(end_of(text + ",{", slice) == text.size());
}

} // namespace
} // namespace polyglance::json
