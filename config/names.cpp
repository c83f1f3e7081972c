#include "config/config.hpp"

#include <array>

namespace polyglance {

std::string_view to_string(AuthType type)
{
    constexpr std::array<std::string_view, 6> words{"none", "token", "password", "application_credential", "aksk", "acs"};
    return words.at(static_cast<std::size_t>(type));
}

} // namespace polyglance
