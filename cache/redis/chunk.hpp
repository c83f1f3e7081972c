#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache/redis/layout.hpp"

namespace polyglance::layout {

/// Bytes of records that one chunk takes, unless a single record is larger. Records that compress to nothing less still
/// stay below `max_chunk_bytes`.
inline constexpr std::size_t chunk_target_bytes = 960UL << 10;

/// What a chunk says about itself outside of the compressed part.
struct ChunkLabel {
    std::string content_hash; ///< of the snapshot it belongs to
    std::uint32_t index = 0;
    bool operator==(const ChunkLabel&) const = default;
};

struct EncodedChunk {
    std::string value;
    Sha256 hash; ///< over the records alone: the same whatever compressed them
};

/// Some whole records, as they stood in the value.
class Chunk {
public:
    Chunk(ChunkLabel label, std::string packed, Sha256 hash)
        : label_(std::move(label)), packed_(std::move(packed)), hash_(hash)
    {
    }

    const ChunkLabel& label() const { return label_; }
    const Sha256& hash() const { return hash_; }
    std::size_t raw_bytes() const { return packed_.size(); }
    std::vector<std::string_view> records() const; ///< views into this chunk

private:
    ChunkLabel label_;
    std::string packed_; ///< records with their lengths
    Sha256 hash_;
};

/// How many of the first `records` go into the next chunk; at least one if there is one.
std::size_t records_for_chunk(std::span<const std::string_view> records);
/// Empty when the records do not fit: a single one larger than `max_raw_chunk_bytes`, or hardly to be compressed.
std::optional<EncodedChunk> encode_chunk(const ChunkLabel& label, std::span<const std::string_view> records);
/// Empty for anything that `encode_chunk` would not write. Never uses more memory than `max_raw_chunk_bytes`.
std::optional<Chunk> decode_chunk(std::string_view value);

/// How many bytes from the front of a value `peek_label` needs.
inline constexpr std::size_t label_bytes = header_bytes + 1 + 255 + 4;
/// The label at the front of a value, without a check of the rest: good for deciding whether to write, not to read.
std::optional<ChunkLabel> peek_label(std::string_view front);

} // namespace polyglance::layout
