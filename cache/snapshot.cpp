#include "cache/snapshot.hpp"

#include <algorithm>

#include "cache/columns.hpp"
#include "cache/columns_builder.hpp"
#include "cache/kept_rows.hpp"
#include "cache/row_order.hpp"
#include "cache/text_blocks.hpp"
#include "model/digest.hpp"
#include "model/json/write.hpp"

namespace polyglance {
namespace {

/// Where a record lies in the blocks.
struct RecordPlace {
    const char* start;
    std::uint32_t size;
    std::uint32_t basic;
};

std::string hash_of(const SourceIdentity& identity, const std::vector<RecordPlace>& places)
{
    std::string head;
    json::append_quoted(head, identity.source);
    json::append_quoted(head, to_string(identity.provider));
    if (identity.region) {
        json::append_quoted(head, *identity.region);
    }
    head += '\n';
    Sha256Stream stream;
    stream.update(head);
    for (const auto& place : places) {
        stream.update({place.start, place.size});
    }
    return to_hex(as_bytes(stream.finish()));
}

} // namespace

struct Snapshot::Data {
    SourceIdentity identity;
    Columns columns;
    std::vector<RecordPlace> places; // one per row
    std::vector<RowDigest> digests;  // one per row
    std::shared_ptr<const TextBlocks> records;
    std::string content_hash;
    mutable OrderCache orders;
};

Snapshot::Snapshot(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Snapshot::~Snapshot() = default;

std::shared_ptr<const Snapshot> Snapshot::make(std::unique_ptr<Data> data)
{
    data->content_hash = hash_of(data->identity, data->places);
    return std::shared_ptr<const Snapshot>(new Snapshot(std::move(data)));
}

const SourceIdentity& Snapshot::identity() const
{
    return data_->identity;
}

std::size_t Snapshot::size() const
{
    return data_->columns.rows();
}

const std::string& Snapshot::content_hash() const
{
    return data_->content_hash;
}

std::string_view Snapshot::native_id(std::uint32_t row) const
{
    return data_->columns.native_id(row);
}

std::string_view Snapshot::record(std::uint32_t row) const
{
    const auto& place = data_->places[row];
    return {place.start, place.size};
}

std::size_t Snapshot::basic_size(std::uint32_t row) const
{
    return data_->places[row].basic;
}

std::optional<std::uint32_t> Snapshot::find(std::string_view wanted) const
{
    std::uint32_t low = 0;
    for (std::uint32_t left = data_->columns.rows(); left > 0;) {
        const std::uint32_t half = left / 2;
        if (native_id(low + half) < wanted) {
            low += half + 1;
            left -= half + 1;
        } else {
            left = half;
        }
    }
    return low < size() && native_id(low) == wanted ? std::optional(low) : std::nullopt;
}

FieldValue Snapshot::value(std::uint32_t row, Field field) const
{
    switch (field) {
    case Field::uid:
        return make_uid(data_->identity.source, native_id(row));
    case Field::provider:
        return std::string(to_string(data_->identity.provider));
    case Field::source:
        return data_->identity.source;
    case Field::region:
        return data_->identity.region ? FieldValue(*data_->identity.region) : FieldValue();
    default:
        return to_value(data_->columns.column(field).view(row));
    }
}

bool Snapshot::protected_row(std::uint32_t row) const
{
    return data_->columns.column(Field::is_protected).view(row) == FieldView(std::int64_t{1});
}

RowDigest Snapshot::digest(std::uint32_t row) const
{
    return data_->digests[row];
}

std::shared_ptr<const std::vector<std::uint32_t>> Snapshot::order(const SortSpec& spec) const
{
    return data_->orders.get(data_->columns, spec);
}

std::shared_ptr<const Snapshot> Snapshot::without(std::span<const std::string> native_ids) const
{
    std::vector<bool> dropped(size(), false);
    for (const auto& id : native_ids) {
        if (const auto row = find(id)) {
            dropped[*row] = true;
        }
    }
    std::vector<std::uint32_t> kept;
    kept.reserve(size());
    for (std::uint32_t row = 0; row < size(); ++row) {
        if (!dropped[row]) {
            kept.push_back(row);
        }
    }
    if (kept.size() == size()) {
        return shared_from_this();
    }
    auto data = std::make_unique<Data>();
    data->identity = data_->identity;
    data->columns = data_->columns.select(kept);
    data->places.reserve(kept.size());
    for (const auto row : kept) {
        data->places.push_back(data_->places[row]);
        data->digests.push_back(data_->digests[row]);
    }
    data->records = data_->records;
    return make(std::move(data));
}

const Columns& Snapshot::columns() const
{
    return data_->columns;
}

std::size_t Snapshot::memory_bytes() const
{
    return sizeof(Data) + data_->columns.memory_bytes() + data_->records->memory_bytes() +
           data_->places.capacity() * sizeof(RecordPlace) + data_->digests.capacity() * sizeof(RowDigest) +
           data_->orders.memory_bytes();
}

struct SnapshotBuilder::Data {
    struct Added {
        Image image;
        RowDigest digest;
    };

    SourceIdentity identity;
    KeptRows kept;
    std::unordered_map<std::string, Added> added; // by native id

    /// Everything, rendered and indexed anew.
    std::unique_ptr<Snapshot::Data> build();
};

SnapshotBuilder::SnapshotBuilder(SourceIdentity identity, std::shared_ptr<const Snapshot> previous)
{
    if (previous && previous->identity() != identity) {
        previous.reset();
    }
    data_ = std::make_unique<Data>(Data{std::move(identity), KeptRows(std::move(previous)), {}});
}

SnapshotBuilder::~SnapshotBuilder() = default;
SnapshotBuilder::SnapshotBuilder(SnapshotBuilder&&) noexcept = default;
SnapshotBuilder& SnapshotBuilder::operator=(SnapshotBuilder&&) noexcept = default;

bool SnapshotBuilder::add(const Image& image, RowDigest digest)
{
    const auto before = data_->kept.find(image.native_id);
    const bool replaces_kept = before && data_->kept.drop(*before);
    const auto [place, is_new] = data_->added.insert_or_assign(image.native_id, Data::Added{image, digest});
    return is_new && !replaces_kept;
}

std::optional<std::string_view> SnapshotBuilder::keep(RowDigest digest)
{
    const auto row = data_->kept.find(digest);
    if (!row) {
        return std::nullopt;
    }
    const auto native_id = data_->kept.previous()->native_id(*row);
    if (data_->kept.keep(*row)) {
        data_->added.erase(std::string(native_id));
    }
    return native_id;
}

void SnapshotBuilder::keep_rest()
{
    const auto& previous = data_->kept.previous();
    for (std::uint32_t row = 0; previous && row < previous->size(); ++row) {
        if (!data_->added.contains(std::string(previous->native_id(row)))) {
            data_->kept.keep(row);
        }
    }
}

std::size_t SnapshotBuilder::size() const
{
    return data_->added.size() + data_->kept.size();
}

std::unique_ptr<Snapshot::Data> SnapshotBuilder::Data::build()
{
    const auto& previous = kept.previous();
    for (std::uint32_t row = 0; previous && row < previous->size(); ++row) {
        if (kept.holds(row)) {
            auto image = parse_record(previous->record(row));
            auto native_id = image->native_id;
            added.emplace(std::move(native_id), Added{*std::move(image), previous->digest(row)});
        }
    }
    auto out = std::make_unique<Snapshot::Data>();
    ColumnsBuilder columns;
    std::vector<RecordPlace> places;
    std::vector<RowDigest> digests;
    auto records = std::make_shared<TextBlocks>();
    std::string rendering;
    for (const auto& [native_id, row] : added) {
        columns.add(row.image);
        rendering.clear();
        const auto basic = append_record(rendering, identity, row.image);
        const auto text = records->append(rendering);
        places.push_back({.start = text.data(),
                          .size = static_cast<std::uint32_t>(text.size()),
                          .basic = static_cast<std::uint32_t>(basic)});
        digests.push_back(row.digest);
    }
    const auto row_order = columns.row_order();
    out->columns = columns.finish(row_order);
    for (const auto place : row_order) {
        out->places.push_back(places[place]);
        out->digests.push_back(digests[place]);
    }
    out->identity = std::move(identity);
    out->records = std::move(records);
    return out;
}

std::shared_ptr<const Snapshot> SnapshotBuilder::finish()
{
    const auto data = std::move(data_);
    if (data->kept.all() && data->added.empty()) {
        return data->kept.previous();
    }
    return Snapshot::make(data->build());
}

} // namespace polyglance
