#pragma once

#include <string>
#include <string_view>

namespace polyglance::test {

/// The bytes of a file below tests/fixtures. Throws when it is not there.
std::string fixture(std::string_view name);

} // namespace polyglance::test
