#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/http/http_client.hpp"

namespace polyglance::test {

struct HttpAnswer {
    int status = 0;
    HttpHeaders headers;
    std::string body;

    std::string_view header(std::string_view name) const { return find_header(headers, name); }
    nlohmann::json json() const { return nlohmann::json::parse(body); }
};

/// One request to 127.0.0.1 on a connection of its own, blocking. Throws when no whole answer comes within a minute.
HttpAnswer call(std::uint16_t port, std::string_view method, std::string_view target, const HttpHeaders& headers = {});
inline HttpAnswer get(std::uint16_t port, std::string_view target)
{
    return call(port, "GET", target);
}

} // namespace polyglance::test
