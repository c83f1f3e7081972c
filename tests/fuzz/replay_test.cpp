#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/targets.hpp"

namespace polyglance {
namespace {

class Replay : public testing::TestWithParam<std::string> {};

std::vector<std::string> names()
{
    std::vector<std::string> out;
    for (const auto& target : fuzz::targets()) {
        out.emplace_back(target.name);
    }
    return out;
}

/// Every seed and finding, whole, cut short, and with single bytes changed: what was once mended stays so.
TEST_P(Replay, KeepsItsPromises)
{
    const auto& target = *std::find_if(fuzz::targets().begin(), fuzz::targets().end(),
                                       [](const fuzz::Target& one) { return one.name == GetParam(); });
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(POLYGLANCE_CORPUS) + "/" + GetParam())) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), {});
        target.run(bytes);
        for (std::size_t part = 0; part < 16; ++part) {
            target.run(std::string_view(bytes).substr(0, bytes.size() * part / 16));
            if (!bytes.empty()) {
                std::string bent = bytes;
                bent[bytes.size() * part / 16] = static_cast<char>(bent[bytes.size() * part / 16] ^ 0x2a);
                target.run(bent);
            }
        }
        ++files;
    }
    EXPECT_GE(files, 1U) << "a target without a seed finds little";
}

INSTANTIATE_TEST_SUITE_P(All, Replay, testing::ValuesIn(names()), [](const auto& row) { return row.param; });

} // namespace
} // namespace polyglance
