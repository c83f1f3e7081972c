#include "cache/redis/chunk.hpp"

#include <zstd.h>

#include <utility>

#include "cache/redis/bytes.hpp"

namespace polyglance::layout {
namespace {

constexpr int zstd_level = 1;
constexpr std::size_t length_bytes = sizeof(std::uint32_t);

std::optional<ChunkLabel> take_label(ByteReader& in)
{
    const auto content_hash = in.short_text();
    const auto index = in.number<std::uint32_t>();
    if (!content_hash || !index) {
        return std::nullopt;
    }
    return ChunkLabel{std::string(*content_hash), *index};
}

std::optional<std::string> compress(std::string_view raw)
{
    std::string out(ZSTD_compressBound(raw.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), raw.data(), raw.size(), zstd_level);
    if (ZSTD_isError(size) != 0) {
        return std::nullopt;
    }
    out.resize(size);
    return out;
}

/// `size` is what the value declares; zstd writes no byte past it.
std::optional<std::string> decompress(std::string_view packed, std::size_t size)
{
    std::string out(size, '\0');
    const std::size_t got = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) != 0 || got != size) {
        return std::nullopt;
    }
    return out;
}

/// Calls `visit` with every record. False when the lengths do not add up.
template <class Visit>
bool for_each_record(std::string_view packed, Visit visit)
{
    ByteReader in(packed);
    while (!in.rest().empty()) {
        const auto length = in.number<std::uint32_t>();
        const auto record = length ? in.take(*length) : std::nullopt;
        if (!record) {
            return false;
        }
        visit(*record);
    }
    return true;
}

} // namespace

std::vector<std::string_view> Chunk::records() const
{
    std::vector<std::string_view> records;
    for_each_record(packed_, [&](std::string_view record) { records.push_back(record); });
    return records;
}

std::size_t records_for_chunk(std::span<const std::string_view> records)
{
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (const std::string_view record : records) {
        bytes += length_bytes + record.size();
        if (bytes > chunk_target_bytes && count > 0) {
            break;
        }
        ++count;
    }
    return count;
}

std::optional<EncodedChunk> encode_chunk(const ChunkLabel& label, std::span<const std::string_view> records)
{
    std::string raw;
    for (const std::string_view record : records) {
        if (raw.size() + length_bytes + record.size() > max_raw_chunk_bytes) {
            return std::nullopt;
        }
        put_number(raw, static_cast<std::uint32_t>(record.size()));
        raw += record;
    }
    const auto packed = compress(raw);
    if (!packed) {
        return std::nullopt;
    }
    std::string body;
    put_short_text(body, label.content_hash);
    put_number(body, label.index);
    put_number(body, static_cast<std::uint32_t>(records.size()));
    put_number(body, static_cast<std::uint32_t>(raw.size()));
    body += *packed;
    EncodedChunk chunk{seal('c', body), sha256(raw)};
    return chunk.value.size() <= max_chunk_bytes ? std::optional(std::move(chunk)) : std::nullopt;
}

std::optional<Chunk> decode_chunk(std::string_view value)
{
    const auto body = value.size() <= max_chunk_bytes ? unseal('c', value) : std::nullopt;
    if (!body) {
        return std::nullopt;
    }
    ByteReader in(*body);
    auto label = take_label(in);
    const auto count = in.number<std::uint32_t>();
    const auto raw_size = in.number<std::uint32_t>();
    if (!label || !count || !raw_size || *raw_size > max_raw_chunk_bytes) {
        return std::nullopt;
    }
    auto raw = decompress(in.rest(), *raw_size);
    if (!raw) {
        return std::nullopt;
    }
    std::size_t seen = 0;
    const bool whole = for_each_record(*raw, [&](std::string_view) { ++seen; });
    if (!whole || seen != *count) {
        return std::nullopt;
    }
    const Sha256 hash = sha256(*raw);
    return Chunk(std::move(*label), std::move(*raw), hash);
}

std::optional<ChunkLabel> peek_label(std::string_view front)
{
    ByteReader in(front);
    const auto header = in.take(header_bytes);
    if (!header || !header->starts_with(seal('c', {}).substr(0, header_bytes - Sha256{}.size()))) {
        return std::nullopt;
    }
    return take_label(in);
}

} // namespace polyglance::layout
