#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "proxy/ops/log.hpp"

namespace polyglance {
namespace {

std::string line_of(bool json, Instant time, LogLevel level, std::string_view event, LogFields fields)
{
    std::string out;
    append_log_line(out, json, time, level, event, fields);
    return out;
}

const Instant at = *parse_timestamp("2026-01-02T03:04:05Z");

TEST(Log, WritesJsonThatAnyReaderTakes)
{
    const auto line =
        line_of(true, at, LogLevel::warn, "drain",
                {{"source", "os-a"}, {"n", std::int64_t{7}}, {"ok", false}, {"ms", 1.5}, {"t", "a\"b\n中"}});

    const auto parsed = nlohmann::json::parse(line);
    EXPECT_EQ(parsed["time"], "2026-01-02T03:04:05.000000Z");
    EXPECT_EQ(parsed["level"], "warn");
    EXPECT_EQ(parsed["event"], "drain");
    EXPECT_EQ(parsed["n"], 7);
    EXPECT_EQ(parsed["ok"], false);
    EXPECT_EQ(parsed["t"], "a\"b\n中");
}

TEST(Log, TextValuesCannotForgeFieldsOrLines)
{
    const auto line = line_of(false, at, LogLevel::info, "request",
                              {{"path", "/a b=c"}, {"x", "1\n2026 error"}, {"y", "plain"}, {"z", ""}});

    EXPECT_EQ(line, R"(2026-01-02T03:04:05.000000Z info request path="/a b=c" x="1\n2026 error" y=plain z="")");
}

TEST(Log, ControlCharactersThatJsonLetsStandAreEscaped)
{
    // DEL, NEL and CSI: terminals obey the last one like ESC [.
    const std::string value = "\x7f"
                              "a\u0085b\u009b31m é";
    const std::string_view shown = R"("\u007fa\u0085b\u009b31m é")";

    EXPECT_TRUE(line_of(false, at, LogLevel::info, "delete", {{"uid", value}}).ends_with(shown));
    const auto json = line_of(true, at, LogLevel::info, "delete", {{"uid", value}});
    EXPECT_NE(json.find(shown), std::string::npos) << json;
    EXPECT_EQ(nlohmann::json::parse(json)["uid"], value);
}

TEST(Log, ReplacesTextThatIsNotUtf8)
{
    const auto line = line_of(true, at, LogLevel::info, "x", {{"v", "\xff\xfe"}});

    EXPECT_EQ(nlohmann::json::parse(line)["v"], "(not UTF-8)");
}

} // namespace
} // namespace polyglance
