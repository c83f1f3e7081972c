#include <gtest/gtest.h>

#include <string>

#include "model/json/tape.hpp"

namespace polyglance::json {
namespace {

std::string written_again(std::string_view document)
{
    std::string out;
    Tape::parse(document).value().root().append_json(out);
    return out;
}

TEST(Tape, NumbersAreWrittenAsTheyCame)
{
    for (const std::string number :
         {"0", "-0", "1.50", "12345678901234567890", "1e5", "1.7976931348623157e308", "5e-324"}) {
        EXPECT_EQ(written_again("[" + number + "]"), "[" + number + "]");
    }
    const std::string long_but_small = "0." + std::string(400, '1');
    EXPECT_EQ(written_again(long_but_small), long_but_small);
}

TEST(Tape, ANumberThatNoDoubleHoldsBecomesText)
{
    for (const std::string& number : {std::string("1e999"), std::string("-1E+400"), "1" + std::string(100'000, '0')}) {
        EXPECT_EQ(written_again(R"({"a":[)" + number + "]}"), R"({"a":[")" + number + R"("]})");
    }
}

TEST(Tape, ReadsADocumentWhereverItLies)
{
    // Some allocators, that of ThreadSanitizer for one, put things of a size side by side: one of these documents ends
    // where the parser begins.
    for (std::size_t size = 9; size < 1024; ++size) {
        const auto document = R"({"a":")" + std::string(size - 9, 'x') + "\"}\n";
        EXPECT_TRUE(Tape::parse(document)) << size;
    }
}

} // namespace
} // namespace polyglance::json
