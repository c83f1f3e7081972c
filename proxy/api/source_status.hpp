#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cache/catalog.hpp"
#include "model/source_state.hpp"

namespace polyglance {

/// A selected source as one answer shows it. `source` outlives it.
struct ShownSource {
    const CatalogSource* source = nullptr;
    SourceState state = SourceState::pending;
    std::string_view reason = {}; ///< why it is skipped; "" otherwise
    std::optional<std::size_t> matched = {};
};

/// What may be served of a source; null: nothing.
const Snapshot* served_snapshot(const CatalogSource& source);

/// Number of images it serves; empty: it has nothing to serve.
std::optional<std::size_t> image_count(const CatalogSource& source);

/// The source as it is at `now`, before any query is looked at.
ShownSource show_source(const CatalogSource& source, Instant now);

/// Whether an entry tells how many images matched: lists do, single images do not.
enum class Matched : std::uint8_t { shown, left_out };

/// Appends the entry of `sources` (unified API 3). Times are absolute, so that equal states have equal bytes.
void append_source_status(std::string& out, const ShownSource& shown, Matched matched);
std::string source_status_array(std::span<const ShownSource> shown, Matched matched);
/// The `error` member: an object, or null without a fault.
void append_fault(std::string& out, const std::optional<SourceFault>& fault);

/// The Source-Status header: a structured-field list (RFC 9651) with one item per source.
std::string source_status_header(std::span<const ShownSource> shown);

} // namespace polyglance
