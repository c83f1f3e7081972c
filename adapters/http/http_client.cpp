#include "adapters/http/http_client.hpp"

#include "adapters/http/header_syntax.hpp"

namespace polyglance {

std::string_view to_string(HttpMethod method)
{
    switch (method) {
    case HttpMethod::post:
        return "POST";
    case HttpMethod::delete_:
        return "DELETE";
    case HttpMethod::get:
        break;
    }
    return "GET";
}

std::string_view find_header(const HttpHeaders& headers, std::string_view name)
{
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) {
            return value;
        }
    }
    return {};
}

} // namespace polyglance
