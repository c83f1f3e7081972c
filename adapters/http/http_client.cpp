#include "adapters/http/http_client.hpp"

#include <algorithm>

namespace polyglance {
namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

} // namespace

std::string_view to_string(HttpMethod method)
{
    switch (method) {
    case HttpMethod::post: return "POST";
    case HttpMethod::delete_: return "DELETE";
    case HttpMethod::get: break;
    }
    return "GET";
}

std::string_view find_header(const HttpHeaders& headers, std::string_view name)
{
    for (const auto& [key, value] : headers) {
        if (std::equal(key.begin(), key.end(), name.begin(), name.end(),
                       [](char a, char b) { return lower(a) == lower(b); })) {
            return value;
        }
    }
    return {};
}

} // namespace polyglance
