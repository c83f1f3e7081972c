#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache/query.hpp"
#include "cache/record.hpp"
#include "model/digest.hpp"
#include "model/image.hpp"

namespace polyglance {

class Columns; // cache/columns.hpp
class RowSet;  // cache/row_set.hpp

/// The immutable result of one drain: all images of one source, ready to be filtered, sorted and sent.
/// Rows are numbered in uid order, so the row number is the last tie-break. Safe to read from any thread.
class Snapshot : public std::enable_shared_from_this<Snapshot> {
public:
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    const SourceIdentity& identity() const;
    std::size_t size() const;
    /// Hex digest of what the images say: equal content, equal hash, on every replica.
    const std::string& content_hash() const;

    std::string_view native_id(std::uint32_t row) const;
    /// Appends all that `SnapshotBuilder::add_packed` needs to make the same row elsewhere.
    void append_packed(std::string& out, std::uint32_t row) const;
    /// Appends the record of the row (`append_record`); returns the length of its basic part.
    std::size_t append_record(std::string& out, std::uint32_t row) const;
    std::optional<std::uint32_t> find(std::string_view native_id) const;
    FieldValue value(std::uint32_t row, Field field) const; ///< not for Field::tag
    bool protected_row(std::uint32_t row) const;            ///< the image is known to be protected
    RowDigest digest(std::uint32_t row) const;              ///< of what the row was made of; may be empty

    /// The rows in the order of `spec`; made on first ask and kept (the 16 asked for last).
    std::shared_ptr<const std::vector<std::uint32_t>> order(const SortSpec& spec) const;
    /// Where each row stands in that order; made and kept likewise.
    std::shared_ptr<const std::vector<std::uint32_t>> ranks(const SortSpec& spec) const;
    /// The rows that pass the filters of that name: from `make` on first ask, then kept (the 64 asked for last).
    std::shared_ptr<const RowSet> matches(const std::string& name, const std::function<RowSet()>& make) const;

    /// The same without those images; the same object when none of them is in it.
    std::shared_ptr<const Snapshot> without(std::span<const std::string> native_ids) const;

    const Columns& columns() const;
    std::size_t memory_bytes() const; ///< approximate

private:
    friend class SnapshotBuilder;
    struct Data;
    explicit Snapshot(std::unique_ptr<Data> data);
    std::unique_ptr<Data> data_;
};

/// Collects images and makes the snapshot. Of images with the same native id the last one counts, wherever it came
/// from.
class SnapshotBuilder {
public:
    /// `previous`: the snapshot of the same source before, whose rows can be kept; a null one, or one of another
    /// identity, has none to keep.
    explicit SnapshotBuilder(SourceIdentity identity, std::shared_ptr<const Snapshot> previous = nullptr);
    ~SnapshotBuilder();
    SnapshotBuilder(SnapshotBuilder&&) noexcept;
    SnapshotBuilder& operator=(SnapshotBuilder&&) noexcept;

    /// Takes an image and the digest of the bytes it was made of. False when it replaces one of the same native id.
    bool add(const Image& image, RowDigest digest = {});
    bool add(const WireImage& image, RowDigest digest);
    bool add(const ImageView& image, RowDigest digest);
    /// Takes a row as `Snapshot::append_packed` writes it, whoever wrote it. False, and nothing is taken, when it is
    /// none or its native id is already there.
    bool add_packed(std::string_view bytes);
    /// Takes over the row of the previous snapshot that was made of bytes with this digest and returns its native id,
    /// valid as long as the builder. Empty when there is none: then the image must be decoded and added.
    std::optional<std::string_view> keep(RowDigest digest);
    /// Takes over every row of the previous snapshot whose native id was neither added nor kept.
    void keep_rest();

    /// Different native ids so far.
    std::size_t size() const;
    /// Ends the collection; call once. Gives the previous snapshot itself when all of its rows were kept and nothing
    /// was added.
    std::shared_ptr<const Snapshot> finish();

private:
    struct Data;
    std::unique_ptr<Data> data_;
};

} // namespace polyglance
