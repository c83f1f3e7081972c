#pragma once

#include <cstddef>
#include <cstdint>

#include "model/json/tape.hpp"

namespace polyglance {

/// Which of OpenStack's two image lists something is. `GET /v2/images` and `DELETE /v2/images/{id}` exist in both
/// services: only the shape of the list tells which one stands behind an address.
enum class OpenstackShape : std::uint8_t { unclear, nova, glance };

/// By one row: Nova's have an array of links, Glance's a visibility.
OpenstackShape shape_of_row(json::Value row);

/// Watches a listing page go by.
class ShapeWatch {
public:
    void see_row(json::Value row);
    /// `rest`: the members beside the list. A page without rows can show Glance, but never Nova.
    OpenstackShape shape(json::Value rest) const;

private:
    std::size_t rows_ = 0;
    std::size_t nova_rows_ = 0;
};

} // namespace polyglance
