#include "proxy/api/etag.hpp"

#include <fmt/format.h>

#include "model/digest.hpp"

namespace polyglance {
namespace {

std::string_view opaque_part(std::string_view tag)
{
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

} // namespace

std::string make_etag(std::string_view content, std::string_view visibility)
{
    Sha256Stream stream;
    stream.update(visibility);
    stream.update(content);
    const auto digest = stream.finish();
    return fmt::format("W/\"{}-{:x}\"", to_hex(as_bytes(digest).substr(0, 8)), content.size());
}

bool etag_matches(std::string_view field, std::string_view etag)
{
    const auto wanted = opaque_part(etag);
    while (!field.empty()) {
        const auto start = field.find_first_not_of(" \t,");
        if (start == std::string_view::npos) {
            return false;
        }
        field.remove_prefix(start);
        if (field.front() == '*') {
            return true;
        }
        const auto open = field.find('"');
        const auto close = open == std::string_view::npos ? open : field.find('"', open + 1);
        if (close == std::string_view::npos) {
            return false;
        }
        if (opaque_part(field.substr(0, close + 1)) == wanted) {
            return true;
        }
        field.remove_prefix(close + 1);
    }
    return false;
}

} // namespace polyglance
