#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/http_client.hpp"

namespace polyglance::test {

/// One exchange that took place with a real cloud.
struct Recording {
    std::string name;
    std::string target;       ///< of the request
    std::string request_body; ///< "" when it had none
    HttpResponse response;
};

/// Reads tests/fixtures/recordings/{name}.json. Throws when it is not there or is no recording.
Recording recorded(std::string_view name);
/// All whose name begins with `prefix`, sorted by name.
std::vector<Recording> recordings(std::string_view prefix);

} // namespace polyglance::test
