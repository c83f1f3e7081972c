#include "cache/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "cache/hash.hpp"
#include "cache/image_view.hpp"
#include "cache/snapshot_data.hpp"
#include "cache/varint.hpp"
#include "model/json/write.hpp"

namespace polyglance {
namespace {

/// Over what the rows say, in their order, and whose they are. It is for telling whether two snapshots are the same, on
/// one replica and on another; nobody is kept from making two that collide, and nobody has anything to win by it.
std::string hash_content(const SourceIdentity& identity, const PackedRows& rows)
{
    std::string head;
    json::append_quoted(head, identity.source);
    json::append_quoted(head, to_string(identity.provider));
    if (identity.region) {
        json::append_quoted(head, *identity.region);
    }
    std::vector<std::uint64_t> parts{hash_of(head)};
    parts.reserve(2 * rows.rows.size() + 1);
    for (const auto& row : rows.rows) {
        parts.insert(parts.end(), {row.content.high, row.content.low});
    }
    const RowDigest digest = digest_of(parts);
    return fmt::format("{:016x}{:016x}", digest.high, digest.low);
}

} // namespace

Snapshot::Data::Data(SourceIdentity whose, PackedRows what)
    : identity(std::move(whose)), rows(std::move(what)), content_hash(hash_content(identity, rows))
{
}

Snapshot::Snapshot(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Snapshot::~Snapshot() = default;

const SourceIdentity& Snapshot::identity() const
{
    return data_->identity;
}

std::size_t Snapshot::size() const
{
    return data_->rows.size();
}

const std::string& Snapshot::content_hash() const
{
    return data_->content_hash;
}

std::string_view Snapshot::native_id(std::uint32_t row) const
{
    return data_->rows.rows[row].native_id();
}

std::size_t Snapshot::append_record(std::string& out, std::uint32_t row) const
{
    thread_local ImageView image; // a page is many rows
    data_->rows.unpack(row, image);
    return polyglance::append_record(out, data_->identity, image);
}

void Snapshot::append_packed(std::string& out, std::uint32_t row) const
{
    ImageView image;
    data_->rows.unpack(row, image);
    append_varint(out, digest(row).high);
    append_varint(out, digest(row).low);
    RowPacker(nullptr).pack(image, out);
}

std::optional<std::uint32_t> Snapshot::find(std::string_view wanted) const
{
    const auto& rows = data_->rows.rows;
    const auto found = std::ranges::lower_bound(rows, wanted, {}, &PackedRow::native_id);
    return found != rows.end() && found->native_id() == wanted
               ? std::optional(static_cast<std::uint32_t>(found - rows.begin()))
               : std::nullopt;
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
        return to_value(data_->rows.field(row, field));
    }
}

bool Snapshot::protected_row(std::uint32_t row) const
{
    return data_->rows.field(row, Field::is_protected) == FieldView(std::int64_t{1});
}

RowDigest Snapshot::digest(std::uint32_t row) const
{
    return data_->rows.rows[row].digest;
}

std::shared_ptr<const std::vector<std::uint32_t>> Snapshot::order(const SortSpec& spec) const
{
    return data_->orders.get(order_name(spec), [&] { return make_order(data_->columns, spec); });
}

std::shared_ptr<const std::vector<std::uint32_t>> Snapshot::ranks(const SortSpec& spec) const
{
    return data_->ranks.get(order_name(spec), [&] { return make_ranks(*order(spec)); });
}

std::shared_ptr<const RowSet> Snapshot::matches(const std::string& name, const std::function<RowSet()>& make) const
{
    return data_->matches.get(name, make);
}

std::shared_ptr<const Snapshot> Snapshot::without(std::span<const std::string> native_ids) const
{
    std::vector<std::uint32_t> dropped;
    for (const auto& id : native_ids) {
        if (const auto row = find(id)) {
            dropped.push_back(*row);
        }
    }
    if (dropped.empty()) {
        return shared_from_this();
    }
    std::vector<std::uint32_t> origins(size());
    std::iota(origins.begin(), origins.end(), 0U);
    for (const auto row : dropped) {
        origins[row] = Columns::new_row;
    }
    std::erase(origins, Columns::new_row);
    PackedRows rows = data_->rows.shared_parts();
    rows.rows.reserve(origins.size());
    for (const auto row : origins) {
        rows.rows.push_back(data_->rows.rows[row]);
    }
    auto data = std::make_unique<Data>(data_->identity, std::move(rows));
    data->columns.carry_over(data_->columns, origins);
    return std::shared_ptr<const Snapshot>(new Snapshot(std::move(data)));
}

const Columns& Snapshot::columns() const
{
    return data_->columns;
}

std::size_t Snapshot::memory_bytes() const
{
    const auto bytes_of = [](const RowOrder& order) { return order.capacity() * sizeof order.front(); };
    return sizeof(Data) + data_->columns.memory_bytes() + data_->rows.memory_bytes() + data_->orders.sum(bytes_of) +
           data_->ranks.sum(bytes_of) + data_->matches.sum(std::mem_fn(&RowSet::memory_bytes));
}

} // namespace polyglance
