#include "adapters/openstack_shape.hpp"

#include <utility>

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

void ShapeWatch::count(OpenstackShape row)
{
    ++rows_;
    nova_rows_ += row == OpenstackShape::nova ? 1 : 0;
}

PageFormat ShapeWatch::over(PageFormat format)
{
    format.decode = [this, decode = std::move(format.decode)](json::Value row) {
        const auto shape = shape_of_row(row);
        count(shape);
        const bool foreign = shape != OpenstackShape::unclear && shape != expected_;
        return foreign ? nullptr : decode(row);
    };
    return format;
}

Result<void> ShapeWatch::judge(json::Value rest, bool& confirmed) const
{
    const auto found = shape(rest);
    if (found == OpenstackShape::unclear) {
        return {};
    }
    confirmed = found == expected_;
    if (confirmed) {
        return {};
    }
    return failure(ErrorClass::upstream_protocol, found == OpenstackShape::nova
                                                      ? "this is a compute service (Nova), not an image service"
                                                      : "this is an image service (Glance), not a compute service");
}

OpenstackShape ShapeWatch::shape(json::Value rest) const
{
    if (has(rest, "schema", json::Kind::string) && has(rest, "first", json::Kind::string)) {
        return nova_rows_ == 0 ? OpenstackShape::glance : OpenstackShape::unclear;
    }
    return rows_ > 0 && nova_rows_ == rows_ ? OpenstackShape::nova : OpenstackShape::unclear;
}

} // namespace polyglance
