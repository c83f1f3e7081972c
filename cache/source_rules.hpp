#pragma once

#include "cache/dictionary.hpp"
#include "cache/query.hpp"
#include "model/source_state.hpp"

namespace polyglance {

/// What a query means for a source as a whole, before any image is looked at.

/// False when the backend never tells that field, so that a null says nothing.
bool provides(const SourceInfo& info, Field field);

/// True when the filter plays no part for this source: its field is not provided and such images are to be kept.
bool is_ignored(const SourceInfo& info, const Filter& filter, UnknownPolicy unknown);

/// The value of provider, source or region.
FieldView source_value(const SourceInfo& info, Field field);

/// True when this value passes the filter.
bool passes(const FieldView& value, const Filter& filter);

/// False when no image of the source can ever match, whatever its snapshot holds.
bool is_satisfiable(const SourceInfo& info, const Query& query);

} // namespace polyglance
