#include "adapters/openstack_shape.hpp"

namespace polyglance {
namespace {

bool has(json::Value object, std::string_view name, json::Kind kind)
{
    const auto member = object.find(name);
    return member && member->is(kind);
}

} // namespace

OpenstackShape shape_of_row(json::Value row)
{
    const bool links = has(row, "links", json::Kind::array);
    const bool visibility = has(row, "visibility", json::Kind::string);
    if (links == visibility) {
        return OpenstackShape::unclear;
    }
    return links ? OpenstackShape::nova : OpenstackShape::glance;
}

void ShapeWatch::see_row(json::Value row)
{
    ++rows_;
    nova_rows_ += shape_of_row(row) == OpenstackShape::nova ? 1 : 0;
}

OpenstackShape ShapeWatch::shape(json::Value rest) const
{
    if (has(rest, "schema", json::Kind::string) && has(rest, "first", json::Kind::string)) {
        return nova_rows_ == 0 ? OpenstackShape::glance : OpenstackShape::unclear;
    }
    return rows_ > 0 && nova_rows_ == rows_ ? OpenstackShape::nova : OpenstackShape::unclear;
}

} // namespace polyglance
