#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "cache/row_codec.hpp"
#include "cache/text_blocks.hpp"

namespace polyglance {

/// One image at rest.
struct PackedRow {
    const char* bytes = nullptr; ///< the length of the row as `RowPacker` wrote it, then the row
    RowDigest digest;            ///< of what the image was made of; may be empty
    RowDigest content;           ///< of what it says

    std::string_view row() const;
    std::string_view native_id() const { return native_id_of(row()); }
};

/// All images of one snapshot, in uid order, and what they point into. Snapshots that follow each other share it.
struct PackedRows {
    std::vector<PackedRow> rows;
    std::shared_ptr<const SharedTexts> texts = std::make_shared<const SharedTexts>();
    std::vector<std::shared_ptr<const TextBlocks>> blocks;
    std::size_t packed = 0; ///< so many rows have been packed with `texts`, those not in use any more included

    /// The same without any row: for rows taken from here.
    PackedRows shared_parts() const { return {.rows = {}, .texts = texts, .blocks = blocks, .packed = packed}; }

    std::uint32_t size() const { return static_cast<std::uint32_t>(rows.size()); }
    void unpack(std::uint32_t row, ImageView& into) const { unpack_row(rows[row].row(), texts.get(), into); }
    FieldView field(std::uint32_t row, Field field) const { return field_of(rows[row].row(), *texts, field); }
    std::size_t memory_bytes() const; ///< what is shared counts in full
};

/// Packs images one after the other.
class RowCollector {
public:
    /// Begins with the shared texts of `before`; null: with none.
    explicit RowCollector(const SharedTexts* before);
    RowCollector(const RowCollector&) = delete;
    RowCollector& operator=(const RowCollector&) = delete;

    PackedRow add(const ImageView& image, RowDigest digest);
    /// Makes `into` own what the collected rows point into. Ends the collection.
    void hand_over(PackedRows& into);

private:
    std::shared_ptr<SharedTexts> texts_;
    std::shared_ptr<TextBlocks> block_ = std::make_shared<TextBlocks>();
    RowPacker packer_{texts_.get()};
    std::size_t packed_ = 0;
    std::string row_;
    std::string framed_;
};

} // namespace polyglance
