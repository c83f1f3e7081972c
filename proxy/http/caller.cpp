#include "proxy/http/caller.hpp"

#include <algorithm>
#include <fnmatch.h>

namespace polyglance {

bool Caller::sees(std::string_view source_id) const
{
    const std::string id(source_id);
    return std::ranges::any_of(
        sources, [&](const std::string& pattern) { return ::fnmatch(pattern.c_str(), id.c_str(), FNM_NOESCAPE) == 0; });
}

} // namespace polyglance
