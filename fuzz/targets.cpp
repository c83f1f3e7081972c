#include "fuzz/targets.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace polyglance::fuzz {

std::span<const Target> targets()
{
    static constexpr std::array all{
        Target{"glance_page", "json", &glance_page},
        Target{"nova_page", "json", &nova_page},
        Target{"cloudimages_page", "json", &cloudimages_page},
        Target{"batchcompute_page", "json", &batchcompute_page},
        Target{"glance_schema", "json", &glance_schema},
        Target{"error_answer", "json", &error_answer},
        Target{"keystone_answer", "json", &keystone_answer},
        Target{"http_reply", "http", &http_reply},
        Target{"http_request", "http", &http_request},
        Target{"header_values", "http", &header_values},
        Target{"caller_headers", "http", &caller_headers},
        Target{"url_parts", "query", &url_parts},
        Target{"list_query", "query", &list_query},
        Target{"page_token", "", &page_token},
        Target{"configuration", "yaml", &configuration},
        Target{"clouds_file", "yaml", &clouds_file},
        Target{"tokens_file", "yaml", &tokens_file},
        Target{"stored_values", "", &stored_values},
        Target{"packed_row", "", &packed_row},
        Target{"redis_replies", "resp", &redis_replies},
        Target{"timestamps", "", &timestamps},
    };
    return all;
}

void must(bool holds, const char* what)
{
    if (!holds) {
        std::fprintf(stderr, "broken promise: %s\n", what);
        std::abort();
    }
}

std::string_view take_line(std::string_view& bytes)
{
    const auto end = std::min(bytes.find('\n'), bytes.size());
    const auto line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    return line;
}

} // namespace polyglance::fuzz
