#include "config/config.hpp"
#include "config/words.hpp"

namespace polyglance {

std::string_view to_string(AuthType type)
{
    return config::word_for(config::auth_type_words, type);
}

} // namespace polyglance
