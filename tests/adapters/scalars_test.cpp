#include <gtest/gtest.h>

#include <deque>
#include <limits>
#include <stdexcept>

#include "adapters/scalars.hpp"

namespace polyglance::wire {
namespace {

/// Reads one wire value, given as JSON text. What is read looks at texts that live as long as the program.
template <class Read>
auto read(Read function, std::string_view json)
{
    static std::deque<json::Tape> tapes;
    static ComposedTexts texts;
    auto tape = json::Tape::parse(json);
    if (!tape) {
        throw std::invalid_argument("not JSON: " + std::string(json));
    }
    const auto value = tapes.emplace_back(std::move(*tape)).root();
    if constexpr (std::is_invocable_v<Read, json::Value, ComposedTexts&>) {
        return function(value, texts);
    } else {
        return function(value);
    }
}

/// True when the value says nothing: no value, and nothing to keep either.
template <class Read>
bool says_nothing(Read function, std::string_view json)
{
    const auto reading = read(function, json);
    return !reading.value && !reading.unreadable;
}

TEST(Scalars, BlankTextSaysNothing)
{
    for (const auto* const json : {"null", "\"\"", "\"  \"", R"("\t\n")"}) {
        EXPECT_TRUE(says_nothing(read_text, json)) << json;
        EXPECT_TRUE(says_nothing(read_bool, json)) << json;
        EXPECT_TRUE(says_nothing(read_count, json)) << json;
        EXPECT_TRUE(says_nothing(read_timestamp, json)) << json;
        EXPECT_TRUE(says_nothing(read_bits, json)) << json;
        EXPECT_TRUE(says_nothing(read_word<Visibility>, json)) << json;
    }
}

TEST(Scalars, TextIsKeptAsSent)
{
    EXPECT_EQ(read(read_text, R"(" a\u0301 ")").value, " a\xcc\x81 ");
    for (const auto* const json : {"5", "true", "[]", "{}"}) {
        EXPECT_TRUE(read(read_text, json).unreadable) << json;
    }
}

TEST(Scalars, NoneIsNothingInMetadataOnly)
{
    for (const auto* const json : {R"("None")", R"("none")", R"("NULL")"}) {
        EXPECT_TRUE(says_nothing(read_metadata_text, json)) << json;
        EXPECT_TRUE(read(read_text, json).value) << json;
    }
    EXPECT_EQ(read(read_metadata_text, R"("Nones")").value, "Nones");
}

TEST(Scalars, CountsNeverPassThroughADouble)
{
    EXPECT_EQ(read(read_count, "9223372036854775807").value, std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(read(read_count, R"("9223372036854775807")").value, std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(read(read_count, R"("007")").value, 7);
    for (const auto* const json : {"9223372036854775808", R"("9223372036854775808")", "1e3", "1.0", "-1", R"("-1")",
                                   R"("+1")", R"(" 1")", R"("0x10")", "true", "[]"}) {
        EXPECT_TRUE(read(read_count, json).unreadable) << json;
    }
}

TEST(Scalars, AZeroSizeIsUnknown)
{
    EXPECT_TRUE(says_nothing(read_size, "0"));
    EXPECT_TRUE(says_nothing(read_size, R"("0")"));
    EXPECT_EQ(read(read_size, "1").value, 1);
    EXPECT_TRUE(read(read_size, "-1").unreadable);
}

TEST(Scalars, TimestampsTakeEpochDigitsAsTextOrNumber)
{
    const auto instant = parse_timestamp("2016-10-31T06:55:33Z");
    EXPECT_EQ(read(read_timestamp, R"("1477896933")").value, instant);
    EXPECT_EQ(read(read_timestamp, "1477896933").value, instant);
    EXPECT_EQ(read(read_timestamp, "1477896933000").value, instant);
    EXPECT_TRUE(read(read_timestamp, "147789693").unreadable);
    EXPECT_TRUE(read(read_timestamp, "true").unreadable);
}

TEST(Scalars, TimestampsKeepToFourDigitYears)
{
    EXPECT_TRUE(read(read_timestamp, R"("9999-12-31T23:59:59Z")").value);
    EXPECT_TRUE(read(read_timestamp, R"("9999-12-31T23:59:60Z")").unreadable);
    EXPECT_TRUE(read(read_timestamp, R"("9999-12-31T23:59:59-01:00")").unreadable);
    EXPECT_TRUE(read(read_timestamp, R"("0000-01-01T00:00:00Z")").value);
    EXPECT_TRUE(read(read_timestamp, R"("0000-01-01T00:00:00+01:00")").unreadable);
}

TEST(Scalars, AnIdIsShortPrintableText)
{
    const auto quoted = [](const std::string& id) { return '"' + id + '"'; };
    EXPECT_EQ(read(read_id, R"("img-\u4e2d ~/x")").value, "img-中 ~/x");
    EXPECT_TRUE(read(read_id, quoted(std::string(most_id_bytes, 'x'))).value);
    for (const auto& json :
         {quoted(std::string(most_id_bytes + 1, 'x')), quoted(""), quoted(" "), quoted(R"(a\nb)"), quoted(R"(\u0000)"),
          quoted("\x7f"), std::string("null"), std::string("7"), std::string("{}")}) {
        EXPECT_FALSE(read(read_id, json).value) << json;
    }
}

TEST(Scalars, WordsAreReadInAnyCaseAndNeverGuessed)
{
    EXPECT_EQ(read(read_word<Visibility>, R"("Public")").value, Visibility::public_);
    EXPECT_EQ(read(read_word<Architecture>, R"("AARCH64")").value, Architecture::aarch64);
    EXPECT_TRUE(read(read_word<Architecture>, R"("sparc")").unreadable);
    EXPECT_TRUE(read(read_word<Architecture>, "64").unreadable);
    EXPECT_TRUE(read(read_bits, "16").unreadable);
    EXPECT_EQ(read(read_bits, R"("64")").value, 64);
    EXPECT_TRUE(read(read_firmware, R"("coreboot")").unreadable);
    EXPECT_EQ(read(read_firmware, R"("UEFI")").value, "uefi");
    EXPECT_EQ(read(read_hex, R"("AB12")").value, "ab12");
    EXPECT_TRUE(read(read_hex, R"("xyz")").unreadable);
}

TEST(Scalars, SecondsAreWrittenWithoutAFractionThatSaysNothing)
{
    EXPECT_EQ(format_seconds(*parse_timestamp("2014-02-10T17:05:01Z")), "2014-02-10T17:05:01Z");
    EXPECT_EQ(format_seconds(*parse_timestamp("2014-02-10T17:05:01.5Z")), "2014-02-10T17:05:01.500000Z");
}

} // namespace
} // namespace polyglance::wire
