#include "cache/redis/layout.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "cache/redis/bytes.hpp"

namespace polyglance::layout {
namespace {

constexpr std::string_view magic = "PGLC";
constexpr std::size_t max_hash_text = 128;

/// Any other instant is none that a replica has ever written.
constexpr Instant earliest{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};
constexpr Instant latest{std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};

std::string key_of(std::string_view scope, std::string_view part)
{
    return key_prefix().append("{").append(scope).append("}:").append(part);
}

bool is_hex(std::string_view text)
{
    return !text.empty() && text.size() <= max_hash_text &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

void put_instant(std::string& out, Instant instant)
{
    put_number(out, static_cast<std::uint64_t>(instant.time_since_epoch().count()));
}

std::optional<Instant> take_instant(ByteReader& in)
{
    const auto micros = in.number<std::uint64_t>();
    if (!micros) {
        return std::nullopt;
    }
    const Instant instant{std::chrono::microseconds{static_cast<std::int64_t>(*micros)}};
    return instant >= earliest && instant < latest ? std::optional(instant) : std::nullopt;
}

/// The digest over everything in a value but the digest itself.
Sha256 checksum(std::string_view start, std::string_view body)
{
    Sha256Stream stream;
    stream.update(start);
    stream.update(body);
    return stream.finish();
}

} // namespace

std::string key_prefix(std::uint8_t version)
{
    return "polyglance:v" + std::to_string(version) + ":";
}

std::string events_channel()
{
    return key_prefix() + "events";
}

std::string meta_key(std::string_view scope)
{
    return key_of(scope, "meta");
}

std::string chunk_key(std::string_view scope, std::size_t index)
{
    return key_of(scope, "chunk:" + std::to_string(index));
}

std::string lease_key(std::string_view scope)
{
    return key_of(scope, "lease");
}

std::string tombstones_key(std::string_view scope)
{
    return key_of(scope, "tombstones");
}

std::string seal(char kind, std::string_view body)
{
    std::string value(magic);
    put_number(value, format_version);
    value += kind;
    const Sha256 digest = checksum(value, body);
    value.append(as_bytes(digest)).append(body);
    return value;
}

std::optional<std::string_view> unseal(char kind, std::string_view value)
{
    ByteReader in(value);
    const auto start = in.take(header_bytes - Sha256{}.size());
    const auto digest = in.take(Sha256{}.size());
    if (!start || !digest) {
        return std::nullopt;
    }
    std::string expected(magic);
    put_number(expected, format_version);
    expected += kind;
    if (*start != expected || *digest != as_bytes(checksum(*start, in.rest()))) {
        return std::nullopt;
    }
    return in.rest();
}

std::string encode_meta(const Meta& meta)
{
    std::string body;
    put_short_text(body, meta.content_hash);
    put_number(body, meta.images);
    put_number(body, meta.rows_rejected);
    put_instant(body, meta.fetched_at);
    put_instant(body, meta.expires_at);
    put_number(body, static_cast<std::uint32_t>(meta.chunks.size()));
    for (const Sha256& chunk : meta.chunks) {
        body += as_bytes(chunk);
    }
    return seal('m', body);
}

std::optional<Meta> decode_meta(std::string_view value)
{
    const auto body = unseal('m', value);
    if (!body) {
        return std::nullopt;
    }
    ByteReader in(*body);
    const auto content_hash = in.short_text();
    const auto images = in.number<std::uint64_t>();
    const auto rows_rejected = in.number<std::uint64_t>();
    const auto fetched_at = take_instant(in);
    const auto expires_at = take_instant(in);
    const auto chunks = in.number<std::uint32_t>();
    if (!content_hash || !is_hex(*content_hash) || !images || !rows_rejected || !fetched_at || !expires_at || !chunks ||
        *chunks > max_chunks || in.rest().size() != *chunks * Sha256{}.size()) {
        return std::nullopt;
    }
    Meta meta{std::string(*content_hash), *images, *rows_rejected, *fetched_at, *expires_at, {}};
    for (std::uint32_t i = 0; i < *chunks; ++i) {
        const auto bytes = *in.take(Sha256{}.size());
        std::ranges::copy(bytes, reinterpret_cast<char*>(meta.chunks.emplace_back().data()));
    }
    return meta;
}

std::string encode_event(std::string_view origin, const StoreEvent& event)
{
    std::string payload(origin);
    payload.append(" ").append(event.scope).append(" ").append(event.content_hash).append(" ");
    return payload.append(format_timestamp(event.fetched_at));
}

std::optional<StoreEvent> decode_event(std::string_view payload, std::string_view own_origin)
{
    std::array<std::string_view, 4> words;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto end = payload.find(' ');
        if ((end == std::string_view::npos) != (i + 1 == words.size())) {
            return std::nullopt;
        }
        words[i] = payload.substr(0, end);
        payload.remove_prefix(std::min(payload.size(), end + 1));
    }
    const auto fetched_at = parse_timestamp(words[3]);
    if (words[0] == own_origin || !is_hex(words[1]) || !is_hex(words[2]) || !fetched_at) {
        return std::nullopt;
    }
    return StoreEvent{std::string(words[1]), std::string(words[2]), *fetched_at};
}

} // namespace polyglance::layout
