#include "tests/support/recording.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/fixture.hpp"

namespace polyglance::test {

Recording recorded(std::string_view name)
{
    const auto exchange = nlohmann::json::parse(fixture("recordings/" + std::string(name) + ".json"));
    const auto& request = exchange.at("request");
    const auto& answer = exchange.at("response");
    Recording out;
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

} // namespace polyglance::test
