#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyglance::test {

/// An exchange with a real OpenStack, from tests/fixtures/recordings.
struct Recording {
    std::string name;
    std::string target;
    unsigned status = 0;
    std::string body;
};

/// Throws when there is none of that name.
Recording recording(std::string_view name);
/// All whose name begins with `prefix`, sorted by name.
std::vector<Recording> recordings(std::string_view prefix);

} // namespace polyglance::test
