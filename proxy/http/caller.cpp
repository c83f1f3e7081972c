#include "proxy/http/caller.hpp"

#include <algorithm>

namespace polyglance {
namespace {

bool matches(std::string_view pattern, std::string_view text)
{
    // Each `*` takes as little as it can; when the rest does not fit, the last one takes one character more.
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

} // namespace

bool Caller::sees(std::string_view source_id) const
{
    return std::any_of(sources.begin(), sources.end(),
                       [&](const std::string& pattern) { return matches(pattern, source_id); });
}

} // namespace polyglance
