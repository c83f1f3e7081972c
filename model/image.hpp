#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/clock.hpp"

namespace polyglance {

/// A kind of cloud API. The words are part of the API.
enum class Provider : std::uint8_t { nova, glance, cloudimages, batchcompute };
enum class Status : std::uint8_t { active, queued, saving, error, deleted, pending_delete, deactivated, unknown };
enum class Visibility : std::uint8_t { public_, private_, shared, community };
enum class Origin : std::uint8_t { provider, self, shared, market };
enum class Artifact : std::uint8_t { base, snapshot, backup, data_disk, bare_metal, iso };
enum class OsFamily : std::uint8_t { linux, windows, other };
enum class Architecture : std::uint8_t { x86_64, i686, aarch64, armv7l, ppc64le, s390x, riscv64 };

std::string_view to_string(Provider value);
std::string_view to_string(Status value);
std::string_view to_string(Visibility value);
std::string_view to_string(Origin value);
std::string_view to_string(Artifact value);
std::string_view to_string(OsFamily value);
std::string_view to_string(Architecture value);

/// The enumerator that `to_string` writes as `word`; exact, empty for anything else.
template <class Enum>
std::optional<Enum> enum_from(std::string_view word);
/// Every word of an enumeration, in declaration order.
template <class Enum>
std::vector<std::string_view> enum_words();

template <class Text>
struct BasicOsInfo {
    std::optional<OsFamily> family;
    std::optional<Text> distro;   ///< slug: centos, ubuntu, rhel, windows ...
    std::optional<Text> version;  ///< without distro and bits: "7.4", "Server 2016 Standard"
    std::optional<Text> name_raw; ///< the text that distro and version were read from
    std::optional<int> bits;      ///< 32 or 64

    bool operator==(const BasicOsInfo&) const = default;
};

template <class Text>
struct BasicChecksum {
    Text algo;  ///< lower case: md5, sha512
    Text value; ///< lower-case hex

    bool operator==(const BasicChecksum&) const = default;
};

/// A link as the backend sent it: verbatim, relative ones kept relative. We never follow one.
template <class Text>
struct BasicLink {
    Text rel;
    Text href;
    std::optional<Text> type;

    bool operator==(const BasicLink&) const = default;
};

/// A wire member that no unified field consumed: its JSON text, byte for byte in meaning.
template <class Text>
struct BasicProperty {
    Text key;
    Text json;

    bool operator==(const BasicProperty&) const = default;
};

template <class Text>
using BasicCapabilities = std::vector<std::pair<Text, std::variant<bool, Text>>>;

/// One machine image, whatever cloud it comes from. Empty optional = "no value known"; it is never a guess.
template <class Text>
struct BasicImage {
    Text native_id; ///< as sent; not necessarily a UUID
    std::vector<std::pair<Text, Text>> alt_ids;
    std::optional<Text> name;
    std::optional<Text> description;
    std::optional<Status> status; ///< empty: the source has no status
    std::optional<Text> status_raw;
    std::optional<Visibility> visibility;
    std::optional<Origin> origin;
    std::optional<Artifact> artifact;
    std::optional<bool> registered;
    std::optional<bool> is_protected;
    std::optional<bool> hidden; ///< only true is ever written out: an image left out of the cloud's default list
    std::optional<Text> owner;
    BasicOsInfo<Text> os;
    std::optional<Architecture> architecture;
    std::optional<std::int64_t> size_bytes;
    std::optional<std::int64_t> virtual_size_bytes;
    std::optional<std::int64_t> min_disk_gib; ///< 0 = no minimum
    std::optional<std::int64_t> min_ram_mib;  ///< 0 = no minimum
    std::optional<std::int64_t> max_ram_mib;
    std::optional<Text> disk_format;      ///< lower case, open set
    std::optional<Text> container_format; ///< lower case, open set
    std::optional<BasicChecksum<Text>> checksum;
    std::optional<Text> firmware;                        ///< bios, uefi
    std::optional<BasicCapabilities<Text>> capabilities; ///< empty = source cannot say; {} = says nothing
    std::optional<std::vector<Text>> tags;               ///< sorted; empty = source cannot say; [] = none
    std::optional<Instant> created_at;
    std::optional<Instant> updated_at;
    std::optional<Instant> deleted_at;
    std::optional<Text> source_server_id;
    std::optional<Text> parent_image_id;
    std::optional<Text> backup_id;
    std::vector<BasicLink<Text>> links;
    std::vector<BasicProperty<Text>> properties;
    /// Unified fields whose value we inferred from a name or another field, for example "architecture".
    std::vector<Text> inferred;

    bool operator==(const BasicImage&) const = default;
};

/// An image that owns its texts.
using Image = BasicImage<std::string>;
using OsInfo = BasicOsInfo<std::string>;
using Checksum = BasicChecksum<std::string>;
using Link = BasicLink<std::string>;
using Property = BasicProperty<std::string>;
using Capabilities = BasicCapabilities<std::string>;
using CapabilityValue = std::variant<bool, std::string>;

/// An image whose texts lie where it was read from.
using WireImage = BasicImage<std::string_view>;

/// Looks at `image`, which outlives the result; or copies it into one that owns its texts.
WireImage look_at(const Image& image);
Image own(const WireImage& image);

/// `{source}~{native_id}`: unique over all sources and reversible. A source id never holds '~'.
std::string make_uid(std::string_view source, std::string_view native_id);

struct UidParts {
    std::string_view source;
    std::string_view native_id;
};
/// Splits at the first '~'. Empty when there is none or a part is empty.
std::optional<UidParts> split_uid(std::string_view uid);

} // namespace polyglance
