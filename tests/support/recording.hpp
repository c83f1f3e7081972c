#pragma once

#include <string>
#include <string_view>

#include "adapters/http/http_client.hpp"

namespace polyglance::test {

/// One exchange that took place with a real cloud.
struct Recording {
    std::string target;       ///< of the request
    std::string request_body; ///< "" when it had none
    HttpResponse response;
};

/// Reads tests/fixtures/recordings/{name}.json. Throws when it is not there or is no recording.
Recording recorded(std::string_view name);

} // namespace polyglance::test
