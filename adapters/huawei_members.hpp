#pragma once

#include "adapters/element_writer.hpp"
#include "adapters/row_space.hpp"
#include "model/image.hpp"

/// Huawei added `__*` members to Glance; they mean the same in its Glance and in cloudimages.
namespace polyglance::wire {

/// Reads what all these services send: the id, the members of any image service, and Huawei's. False without a usable
/// id. `capabilities` is never empty: every image of these services can say what it supports.
bool read_image(RowSpace& space);

/// Fills what follows from the members read, where nothing is said outright: `artifact`, `architecture` and the family.
/// `made_from_server`: the backend said that the image was taken of a server.
void infer_from_huawei_members(RowSpace& space, bool made_from_server);

/// Writes the members back. An OpenStack spelling steps in where properties hold Huawei's.
void append_huawei_members(ElementWriter& element, const Image& image);

} // namespace polyglance::wire
