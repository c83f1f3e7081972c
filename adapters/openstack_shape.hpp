#pragma once

#include <cstddef>
#include <cstdint>

#include "adapters/page_format.hpp"
#include "model/error.hpp"
#include "model/json/tape.hpp"

namespace polyglance {

/// Which of OpenStack's two image lists something is. `GET /v2/images` and `DELETE /v2/images/{id}` exist in both
/// services: only the shape of the list tells which one stands behind an address.
enum class OpenstackShape : std::uint8_t { unclear, nova, glance };

/// By one row: Nova's have an array of links, Glance's a visibility.
OpenstackShape shape_of_row(json::Value row);

/// Watches a listing page go by, and says whether it comes from the service that was asked.
class ShapeWatch {
public:
    /// `expected`: the service that was asked; unclear = any.
    explicit ShapeWatch(OpenstackShape expected = OpenstackShape::unclear) : expected_(expected) {}

    /// The same format, seeing every row that is decoded; rows of the other service are no images. The watch outlives
    /// it.
    PageFormat over(PageFormat format);
    /// What the whole page says: `confirmed` becomes true when it shows the expected service, false when the other one,
    /// which also is an error (upstream_protocol).
    Result<void> judge(json::Value rest, bool& confirmed) const;

    void see_row(json::Value row) { count(shape_of_row(row)); }
    /// `rest`: the members beside the list. A page without rows can show Glance, but never Nova.
    OpenstackShape shape(json::Value rest) const;

private:
    void count(OpenstackShape row);

    OpenstackShape expected_;
    std::size_t rows_ = 0;
    std::size_t nova_rows_ = 0;
};

} // namespace polyglance
