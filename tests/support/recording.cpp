#include "tests/support/recording.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

#include "tests/support/fixture.hpp"

namespace polyglance::test {

Recording recording(std::string_view name)
{
    const auto document = nlohmann::json::parse(fixture("recordings/" + std::string(name) + ".json"));
    const auto& response = document.at("response");
    const auto& body = response.at("body");
    return {.name = std::string(name),
            .target = document.at("request").at("target").get<std::string>(),
            .status = response.at("status").get<unsigned>(),
            .body = body.is_null() ? "" : body.get<std::string>()};
}

std::vector<Recording> recordings(std::string_view prefix)
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(POLYGLANCE_FIXTURES) + "/recordings")) {
        if (const auto name = entry.path().stem().string(); name.starts_with(prefix)) {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    std::vector<Recording> found;
    std::transform(names.begin(), names.end(), std::back_inserter(found),
                   [](const auto& name) { return recording(name); });
    return found;
}

} // namespace polyglance::test
