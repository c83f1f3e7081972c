#include "adapters/http/request_head.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "adapters/http/header_syntax.hpp"

namespace polyglance {
namespace {

constexpr std::size_t max_head_bytes = 64UL << 10;
constexpr std::string_view user_agent = "polyglance/" POLYGLANCE_VERSION;
constexpr std::array<std::string_view, 5> own_names{"Host", "Content-Length", "Connection", "Transfer-Encoding",
                                                    "Accept-Encoding"};

bool is_own(std::string_view name)
{
    return std::ranges::any_of(own_names, [&](std::string_view own) { return same_name(own, name); });
}

void append_header(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

} // namespace

Result<std::string> write_request(const HttpRequest& request)
{
    if (!request.target.starts_with('/') || !std::ranges::all_of(request.target, is_visible_char)) {
        return failure(ErrorClass::upstream_bad_request, "the request target holds characters that cannot be sent");
    }
    std::string out;
    out.append(to_string(request.method)).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    append_header(out, "Host", request.endpoint.host_header());
    for (const auto& [name, value] : request.headers) {
        if (name.empty() || !std::ranges::all_of(name, is_token_char) || !std::ranges::all_of(value, is_value_char)) {
            return failure(ErrorClass::config, "a request header holds characters that cannot be sent");
        }
        if (!is_own(name)) {
            append_header(out, name, value);
        }
    }
    if (!has_header(request.headers, "Accept")) {
        append_header(out, "Accept", "application/json");
    }
    if (!has_header(request.headers, "User-Agent")) {
        append_header(out, "User-Agent", user_agent);
    }
    append_header(out, "Accept-Encoding", "identity");
    if (request.method == HttpMethod::post || !request.body.empty()) {
        append_header(out, "Content-Length", std::to_string(request.body.size()));
    }
    out.append("\r\n");
    if (out.size() > max_head_bytes) {
        return failure(ErrorClass::upstream_bad_request, "the request head is larger than 64 KiB");
    }
    out.append(request.body);
    return out;
}

} // namespace polyglance
