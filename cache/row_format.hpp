#pragma once

#include <cstdint>

#include "cache/fields.hpp"

namespace polyglance {

/// What the number before a text says in its low two bits; see RowPacker.
enum class TextForm : std::uint8_t { shared, plain, about_id };

/// True for the fields that stand in the presence bits of a row. The native id comes before them; ecs_image_id and tags
/// are in its lists. False for bits that name no field: rows from Redis can hold anything.
constexpr bool is_stored(Field field)
{
    return field < Field::count_ && !is_source_field(field) && field != Field::native_id &&
           field != Field::ecs_image_id && field != Field::tag;
}

} // namespace polyglance
