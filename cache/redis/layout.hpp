#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/store.hpp"
#include "model/clock.hpp"
#include "model/digest.hpp"

/// How snapshots lie in Redis. Every value begins with a header (magic, format version, kind, SHA-256 over all the
/// rest), so that a value that is damaged, cut, foreign or of another version is recognised. Reading is total.
///
/// A snapshot is one `meta` and its chunks. The chunk keys hold only a number; each chunk carries the content hash of
/// its snapshot in its header, and `meta` the hash of every chunk: chunks of a newer, half-written snapshot are never
/// taken for those of an older `meta`.
///
/// Keys and the channel begin with the format version: programs of two versions on one Redis, as in a rolling upgrade,
/// live beside each other and neither touches what the other one keeps. What a version leaves behind when it is gone
/// runs out by itself: every key of ours has a time to live.
namespace polyglance::layout {

inline constexpr std::uint8_t format_version = 2;
inline constexpr std::size_t max_meta_bytes = 64UL << 10;
inline constexpr std::size_t max_chunk_bytes = 1UL << 20;     ///< stored
inline constexpr std::size_t max_raw_chunk_bytes = 4UL << 20; ///< unpacked
inline constexpr std::size_t max_chunks = 1024;
inline constexpr std::size_t max_raw_snapshot_bytes = 1UL << 30;
inline constexpr std::size_t max_tombstone_id_bytes = 255;
inline constexpr std::size_t max_tombstones = 4096; ///< of one scope

/// `polyglance:v2:`, for the format version 2.
std::string key_prefix(std::uint8_t version = format_version);
std::string events_channel();
/// `polyglance:v2:{scope}:meta` and its siblings: the braces keep a source on one slot of a cluster.
std::string meta_key(std::string_view scope);
std::string chunk_key(std::string_view scope, std::size_t index);
std::string lease_key(std::string_view scope);
std::string tombstones_key(std::string_view scope);

/// What there is to know about a stored snapshot. Written last, read first.
struct Meta {
    std::string content_hash;
    std::uint64_t images = 0;
    std::uint64_t rows_rejected = 0;
    Instant fetched_at;
    Instant expires_at;
    std::vector<Sha256> chunks; ///< `Chunk::hash` of each
    bool operator==(const Meta&) const = default;
};

std::string encode_meta(const Meta& meta);
/// Empty for anything that `encode_meta` would not write.
std::optional<Meta> decode_meta(std::string_view value);

/// An event as published: our own ones come back to us, `origin` tells them apart.
std::string encode_event(std::string_view origin, const StoreEvent& event);
/// Empty when it is none, or comes from `own_origin`.
std::optional<StoreEvent> decode_event(std::string_view payload, std::string_view own_origin);

/// The header before `body`, and the body.
std::string seal(char kind, std::string_view body);
/// The body of a value of that kind; empty when the header does not fit it.
std::optional<std::string_view> unseal(char kind, std::string_view value);
/// Bytes of the header.
inline constexpr std::size_t header_bytes = 4 + 1 + 1 + 32;

} // namespace polyglance::layout
