#include "fuzz/targets.hpp"

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
        Target{"keystone_answer", "json", &keystone_answer},
        Target{"http_reply", "http", &http_reply},
        Target{"http_request", "http", &http_request},
        Target{"header_values", "http", &header_values},
        Target{"list_query", "query", &list_query},
        Target{"page_token", "", &page_token},
        Target{"configuration", "yaml", &configuration},
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

} // namespace polyglance::fuzz
