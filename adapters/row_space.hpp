#pragma once

#include <utility>

#include "adapters/composed_texts.hpp"
#include "adapters/wire_row.hpp"
#include "model/image.hpp"

namespace polyglance::wire {

/// What reading one row leaves for the next one: its memory, and the shapes of rows seen so far.
class RowSpace {
public:
    RowSpace() = default;
    RowSpace(const RowSpace&) = delete;
    RowSpace& operator=(const RowSpace&) = delete;

    /// Empty, for the next row. What was read before is not valid any more.
    WireImage& begin()
    {
        texts.clear();
        auto links = std::move(image.links);
        auto properties = std::move(image.properties);
        auto inferred = std::move(image.inferred);
        image = {};
        links.clear();
        properties.clear();
        inferred.clear();
        image.links = std::move(links);
        image.properties = std::move(properties);
        image.inferred = std::move(inferred);
        return image;
    }

    ComposedTexts texts;
    WireImage image;
    WireRow row{texts};
    WireRow metadata{texts, "metadata."}; ///< Nova's object inside of the row
};

} // namespace polyglance::wire
