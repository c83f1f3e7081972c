#include "tests/support/recording.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

#include "tests/support/fixture.hpp"

namespace polyglance::test {

Recording recorded(std::string_view name)
{
    const auto exchange = nlohmann::json::parse(fixture("recordings/" + std::string(name) + ".json"));
    const auto& request = exchange.at("request");
    const auto& answer = exchange.at("response");
    Recording out;
    out.name = name;
    out.target = request.at("target").get<std::string>();
    if (request.at("body").is_string()) {
        out.request_body = request.at("body").get<std::string>();
    }
    out.response.status = answer.at("status").get<int>();
    for (const auto& header : answer.at("headers")) {
        out.response.headers.emplace_back(header.at(0).get<std::string>(), header.at(1).get<std::string>());
    }
    if (answer.at("body").is_string()) {
        out.response.body = answer.at("body").get<std::string>();
    }
    return out;
}

std::vector<Recording> recordings(std::string_view prefix)
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(POLYGLANCE_FIXTURES) + "/recordings")) {
        if (auto name = entry.path().stem().string(); name.starts_with(prefix)) {
            names.push_back(std::move(name));
        }
    }
    std::sort(names.begin(), names.end());
    std::vector<Recording> found;
    for (const auto& name : names) {
        found.push_back(recorded(name));
    }
    return found;
}

} // namespace polyglance::test
