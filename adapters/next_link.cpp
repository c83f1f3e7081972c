#include "adapters/next_link.hpp"

#include <algorithm>

#include "adapters/http/percent.hpp"

namespace polyglance {
namespace {

constexpr std::size_t most_marker_bytes = 1024;

} // namespace

std::optional<std::string> marker_in(std::string_view href)
{
    const auto before_fragment = href.substr(0, href.find('#'));
    const auto mark = before_fragment.find('?');
    if (mark == std::string_view::npos) {
        return std::nullopt;
    }
    const auto pairs = decode_query(before_fragment.substr(mark + 1));
    if (!pairs) {
        return std::nullopt;
    }
    const auto found =
        std::find_if(pairs->begin(), pairs->end(), [](const auto& pair) { return pair.first == "marker"; });
    if (found == pairs->end() || found->second.empty() || found->second.size() > most_marker_bytes) {
        return std::nullopt;
    }
    return found->second;
}

} // namespace polyglance
