#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyglance {

/// Who sends a request, what he may do, and which sources there are for him.
struct Caller {
    std::string name = "anonymous"; ///< for logs and limits
    bool read_images = false;
    bool delete_images = false;
    bool refresh_sources = false;
    std::vector<std::string> sources = {}; ///< patterns of source ids: `*` stands for any run of characters
    /// Names what the caller can see: equal for callers who see the same. Part of every cache key and cursor.
    std::string visibility = {};

    /// False for a source that does not exist as far as this caller is concerned.
    bool sees(std::string_view source_id) const;
};

} // namespace polyglance
