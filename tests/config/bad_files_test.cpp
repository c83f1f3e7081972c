#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/config/workspace.hpp"
#include "tests/support/fixture.hpp"

namespace polyglance::test {
namespace {

constexpr std::string_view canary = "s3cr3t-canary";

struct Expectation {
    std::string pointer; ///< "" for problems of the whole document, written `!`
    std::string message;
    std::size_t line = 0; ///< of the comment `# here`; 0 = any
};

/// Reads `# expect: <pointer> <part of the message>` off the first line.
Expectation expectation_of(const std::string& text)
{
    constexpr std::string_view intro = "# expect: ";
    const std::string first = text.substr(0, text.find('\n'));
    const auto blank = first.find(' ', intro.size());
    Expectation out{first.substr(intro.size(), blank - intro.size()), first.substr(blank + 1)};
    out.pointer = out.pointer == "!" ? "" : out.pointer;
    if (const auto mark = text.find("# here"); mark != std::string::npos) {
        out.line = 1 + static_cast<std::size_t>(
                           std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark), '\n'));
    }
    return out;
}

/// Everything the files name, right and wrong.
void furnish(Workspace& space)
{
    space.write("good.secret", "s3cr3t-canary-file\n");
    space.write("wide.secret", "s3cr3t-canary-file\n", 0644);
    space.write("empty.secret", "\n");
    space.write("folder.secret/inside", "");
    space.write("large.secret", std::string(70'000, 'x'));
    space.write("lines.secret", "s3cr3t-canary\nX-Admin: 1\n");
    space.write("ca.pem", fixture("config/ca.pem"), 0644);
    space.write("no-certificate.pem", "-----BEGIN NOTHING-----\ns3cr3t-canary\n", 0644);
    space.write("writable-tokens.yaml", "[]\n", 0666);
    space.write("clouds.yaml",
                "clouds:\n  good:\n    auth_type: none\n    auth: {endpoint: 'http://127.0.0.1:9292'}\n");
    space.variable("CANARY_DIGITS", "12345678-s3cr3t-canary");
}

std::vector<std::string> bad_files()
{
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(POLYGLANCE_FIXTURES) + "/config/bad")) {
        out.push_back(entry.path().stem().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

class BadFile : public testing::TestWithParam<std::string> {};

TEST_P(BadFile, IsRefusedWithPlaceAndExpectationAndWithoutSecrets)
{
    const std::string text = fixture("config/bad/" + GetParam() + ".yaml");
    const Expectation expected = expectation_of(text);
    Workspace space;
    furnish(space);

    const auto result = space.load(text);

    ASSERT_FALSE(result.has_value());
    const std::string shown = problems_of(result);
    EXPECT_FALSE(shown.contains(canary)) << shown;
    const auto fits = [&](const ConfigProblem& problem) {
        const std::string line = problem.to_string();
        const bool place = expected.line == 0 ? problem.where.starts_with("polyglance.yaml")
                                              : problem.where == "polyglance.yaml:" + std::to_string(expected.line);
        return place && problem.pointer == expected.pointer && line.contains(expected.message);
    };
    EXPECT_TRUE(std::any_of(result.error().begin(), result.error().end(), fits))
        << "expected at line " << expected.line << ": " << expected.pointer << " " << expected.message << "\n"
        << shown;
    EXPECT_EQ(result.error().size(), 1U) << shown;
}

INSTANTIATE_TEST_SUITE_P(Table, BadFile, testing::ValuesIn(bad_files()), [](const auto& entry) { return entry.param; });

TEST(BadFile, TableIsThere)
{
    EXPECT_GE(bad_files().size(), 45U);
}

} // namespace
} // namespace polyglance::test
