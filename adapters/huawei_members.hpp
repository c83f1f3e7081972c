#pragma once

#include "adapters/element_writer.hpp"
#include "adapters/wire_row.hpp"
#include "model/image.hpp"

/// The `__*` members that Huawei added to Glance; they mean the same in its Glance and in cloudimages.
namespace polyglance::wire {

/// Takes them from `row`, after `read_image_members`. `capabilities` is then never empty: every image of these services
/// can say what it supports.
void read_huawei_members(WireRow& row, Image& image);

/// Fills what follows from the members read, where nothing is said outright: `artifact` and `architecture`.
/// `made_from_server`: the backend said that the image was taken of a server.
void infer_from_huawei_members(const WireRow& row, Image& image, bool made_from_server);

/// Writes the members back. An OpenStack spelling steps in where properties hold Huawei's.
void append_huawei_members(ElementWriter& element, const Image& image);

} // namespace polyglance::wire
