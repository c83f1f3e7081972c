#include <algorithm>

#include "cache/image_view.hpp"
#include "cache/interner.hpp"
#include "cache/kept_rows.hpp"
#include "cache/snapshot_data.hpp"
#include "cache/varint.hpp"

namespace polyglance {
namespace {

/// Rows are packed anew when they lie scattered over so many blocks, or when so many times as many have been packed as
/// are in use.
constexpr std::size_t most_blocks = 16;
constexpr std::size_t most_waste = 2;

bool needs_repacking(const PackedRows& rows)
{
    const bool wasteful = rows.packed > most_waste * rows.rows.size();
    return rows.blocks.size() > most_blocks || (wasteful && (rows.blocks.size() > 1 || rows.texts->full()));
}

/// Rows in uid order, and for each the row of the snapshot before that it was.
struct Merged {
    std::vector<PackedRow> rows;
    std::vector<std::uint32_t> origins;
};

PackedRows repack(const PackedRows& rows)
{
    PackedRows out;
    out.rows.reserve(rows.rows.size());
    RowCollector collector(nullptr);
    ImageView image;
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        rows.unpack(row, image);
        out.rows.push_back(collector.add(image, rows.rows[row].digest));
    }
    collector.hand_over(out);
    return out;
}

} // namespace

struct SnapshotBuilder::Data {
    Data(SourceIdentity whose, std::shared_ptr<const Snapshot> previous)
        : identity(std::move(whose)), kept(std::move(previous))
    {
    }

    SourceIdentity identity;
    KeptRows kept;
    std::unique_ptr<RowCollector> collector; // made for the first image that is added
    ImageView image;
    Interner<std::string_view> ids; // of the images added; their codes - 1 are the places in `added`
    std::vector<PackedRow> added;   // null bytes: kept instead, later
    std::size_t live = 0;           // of those added

    const PackedRows* before() const { return kept.previous() ? &kept.previous()->data_->rows : nullptr; }
    PackedRow* find_added(std::string_view native_id);
    Merged merge() const;
};

SnapshotBuilder::SnapshotBuilder(SourceIdentity identity, std::shared_ptr<const Snapshot> previous)
{
    if (previous && previous->identity() != identity) {
        previous.reset();
    }
    data_ = std::make_unique<Data>(std::move(identity), std::move(previous));
}

SnapshotBuilder::~SnapshotBuilder() = default;
SnapshotBuilder::SnapshotBuilder(SnapshotBuilder&&) noexcept = default;
SnapshotBuilder& SnapshotBuilder::operator=(SnapshotBuilder&&) noexcept = default;

bool SnapshotBuilder::add(const Image& image, RowDigest digest)
{
    return add(look_at(image), digest);
}

bool SnapshotBuilder::add(const WireImage& image, RowDigest digest)
{
    data_->image = image;
    return add(data_->image, digest);
}

bool SnapshotBuilder::add(const ImageView& image, RowDigest digest)
{
    auto& data = *data_;
    if (!data.collector) {
        data.collector =
            std::make_unique<RowCollector>(data.before() != nullptr ? data.before()->texts.get() : nullptr);
    }
    const auto packed = data.collector->add(image, digest);
    const auto before = data.kept.find(image.native_id());
    const bool replaces_kept = before && data.kept.drop(*before);
    const auto id = image.native_id();
    const auto place = data.ids.intern(id, hash_of(id), [&](auto) { return packed.native_id(); }) - 1;
    if (place == data.added.size()) {
        data.added.emplace_back();
    }
    const bool replaces_added = std::exchange(data.added[place], packed).bytes != nullptr;
    data.live += replaces_added ? 0 : 1;
    return !replaces_kept && !replaces_added;
}

bool SnapshotBuilder::add_packed(std::string_view bytes)
{
    RowDigest digest;
    auto& image = data_->image;
    return take_varint(bytes, digest.high) && take_varint(bytes, digest.low) && unpack_row(bytes, nullptr, image) &&
           image.is_sound() && !data_->kept.find(image.native_id()) &&
           data_->find_added(image.native_id()) == nullptr && add(image, digest);
}

PackedRow* SnapshotBuilder::Data::find_added(std::string_view native_id)
{
    const auto code = added.empty() ? null_code : ids.find(native_id, hash_of(native_id));
    return code != null_code && added[code - 1].bytes != nullptr ? &added[code - 1] : nullptr;
}

std::optional<std::string_view> SnapshotBuilder::keep(RowDigest digest)
{
    const auto row = data_->kept.find(digest);
    if (!row) {
        return std::nullopt;
    }
    const auto native_id = data_->kept.previous()->native_id(*row);
    if (data_->kept.keep(*row)) {
        if (auto* const added = data_->find_added(native_id)) {
            added->bytes = nullptr;
            --data_->live;
        }
    }
    return native_id;
}

void SnapshotBuilder::keep_rest()
{
    const auto& previous = data_->kept.previous();
    for (std::uint32_t row = 0; previous && row < previous->size(); ++row) {
        if (data_->find_added(previous->native_id(row)) == nullptr) {
            data_->kept.keep(row);
        }
    }
}

std::size_t SnapshotBuilder::size() const
{
    return data_->live + data_->kept.size();
}

Merged SnapshotBuilder::Data::merge() const
{
    auto fresh = sorted_codes(ids.values());
    std::erase_if(fresh, [this](Code code) { return added[code - 1].bytes == nullptr; });
    Merged out;
    out.rows.reserve(fresh.size() + kept.size());
    out.origins.reserve(fresh.size() + kept.size());
    const auto put = [&out](const PackedRow& row, std::uint32_t origin) {
        out.rows.push_back(row);
        out.origins.push_back(origin);
    };
    auto next = fresh.begin();
    for (std::uint32_t row = 0; before() != nullptr && row < before()->size(); ++row) {
        if (kept.holds(row)) {
            const auto id = next != fresh.end() ? before()->rows[row].native_id() : std::string_view();
            for (; next != fresh.end() && ids.value(*next) < id; ++next) {
                put(added[*next - 1], Columns::new_row);
            }
            put(before()->rows[row], row);
        }
    }
    for (; next != fresh.end(); ++next) {
        put(added[*next - 1], Columns::new_row);
    }
    return out;
}

std::shared_ptr<const Snapshot> SnapshotBuilder::finish()
{
    const auto data = std::move(data_);
    if (data->kept.all() && data->live == 0) {
        return data->kept.previous();
    }
    auto merged = data->merge();
    PackedRows rows = data->before() != nullptr ? data->before()->shared_parts() : PackedRows();
    if (data->kept.size() == 0) {
        rows.blocks.clear();
    }
    if (data->collector) {
        data->collector->hand_over(rows);
    }
    rows.rows = std::move(merged.rows);
    if (needs_repacking(rows)) {
        rows = repack(rows);
    }
    auto out = std::make_unique<Snapshot::Data>(std::move(data->identity), std::move(rows));
    if (data->kept.previous()) {
        out->columns.carry_over(data->kept.previous()->columns(), merged.origins);
    }
    return std::shared_ptr<const Snapshot>(new Snapshot(std::move(out)));
}

} // namespace polyglance
