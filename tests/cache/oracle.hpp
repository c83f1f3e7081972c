#pragma once

#include <string>
#include <vector>

#include "cache/query.hpp"
#include "model/image.hpp"
#include "model/source_state.hpp"

namespace polyglance::test {

/// One source as a plain list of images.
struct PlainSource {
    SourceInfo info;
    std::vector<Image> images;
};

struct PlainAnswer {
    std::vector<std::string> uids;    ///< all matches of all sources, in order
    std::vector<std::size_t> matched; ///< per source
};

/// What a query must answer, worked out the slow and obvious way: test every image, sort, done. It shares no code with
/// the engine beyond the query types, the field table and `fold_case`.
PlainAnswer answer(const std::vector<PlainSource>& sources, const Query& query);

} // namespace polyglance::test
